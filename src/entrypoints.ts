/**
 * Where the compiled entry files of our worker threads and child processes are.
 *
 * Workers and children need JavaScript on disk. Compiled code finds its neighbours in `dist/`; when this module runs
 * from TypeScript (under the test runner) it points into `dist/` all the same, so tests exercise what is shipped.
 */
import { fileURLToPath } from 'node:url';

const ENTRIES = {
  command: 'src/cli/main.js',
  loadWorker: 'src/load/worker.js',
  faultEngine: 'src/toxiproxy/embedded/main.js',
  toolsMock: 'mock-servers/tools/main.js',
  gatewayMock: 'mock-servers/gateway/main.js',
  mockAlarm: 'mock-servers/alarm/thread.js',
  loopbackReference: 'src/load/loopback-reference/server.js',
} as const;

export type Entry = keyof typeof ENTRIES;

/** The folder that holds package.json, scenarios/ and schema/. */
export const PACKAGE_ROOT: string = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url),
);

/** Absolute path of a compiled entry file. */
export function entryPath(entry: Entry): string {
  return `${PACKAGE_ROOT}dist/${ENTRIES[entry]}`;
}
