/**
 * The installed package: where its files are, and which version it is.
 *
 * Owns the package's folder, the compiled entry files of our worker threads and child processes, and the version. Does
 * not own: starting any of them.
 *
 * Workers and children need JavaScript on disk. Compiled code finds its neighbours in `dist/`; when this module runs
 * from TypeScript (under the test runner) it points into `dist/` too, so that tests exercise what is shipped.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Programs and threads, by what they are. */
export const ENTRIES = {
  command: 'src/cli/main.js',
  loadWorker: 'src/load/worker.js',
  faultEngine: 'src/toxiproxy/embedded/main.js',
  toolsMock: 'mock-servers/tools/main.js',
  gatewayMock: 'mock-servers/gateway/main.js',
  mockAlarm: 'mock-servers/alarm/thread.js',
  loopbackReference: 'src/calibration/loopback-reference/server.js',
} as const;

export type Entry = keyof typeof ENTRIES;

/** The folder that holds package.json, scenarios/ and schema/. */
export const PACKAGE_ROOT: string = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../..' : '../../..', import.meta.url),
);

/** Absolute path of a compiled entry file. */
export function entryPath(entry: Entry): string {
  return `${PACKAGE_ROOT}dist/${ENTRIES[entry]}`;
}

/** As in package.json. */
export function plimsollVersion(): string {
  const { version } = JSON.parse(readFileSync(`${PACKAGE_ROOT}package.json`, 'utf8')) as { version: string };
  return version;
}
