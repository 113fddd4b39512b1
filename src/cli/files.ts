/** Writing one file where the user asked for it, with a clear problem when that can't be. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError, messageOf } from '../problem/index.js';

/** @throws ProblemError (`preflight`) when the folder can't be made or written to. */
export function writeTextFile(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text);
  } catch (thrown) {
    throw new ProblemError('preflight', [
      {
        code: 'not-writable',
        what: `${path} can't be written: ${messageOf(thrown)}`,
        remedy: 'choose another folder, or make room or rights there',
      },
    ]);
  }
  return path;
}
