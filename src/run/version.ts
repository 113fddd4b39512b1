import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../entrypoints.js';

/** As in package.json. */
export function plimsollVersion(): string {
  const { version } = JSON.parse(readFileSync(`${PACKAGE_ROOT}package.json`, 'utf8')) as { version: string };
  return version;
}
