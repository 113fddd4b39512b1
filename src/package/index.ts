/**
 * The installed package: where its files are, and which version it is.
 *
 * Owns the package's folder, the bundles of our command, worker threads and child processes with what is needed to run
 * one, and the version. Does not own: starting any of them.
 *
 * Workers and children need JavaScript on disk: the bundles in `dist/bin/`. Code that runs from TypeScript (under the
 * test runner) starts them too, so that tests exercise what is shipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export { COMPILED, readBundled, runBundle } from './run-bundle.js';

/** Each bundle and the compiled module that it begins with. */
export const ENTRIES = {
  command: { name: 'plimsoll', from: 'src/cli/main.js' },
  loadWorker: { name: 'load-worker', from: 'src/load/worker.js' },
  faultEngine: { name: 'fault-engine', from: 'src/toxiproxy/embedded/main.js' },
  toolsMock: { name: 'tools-mock', from: 'mock-servers/tools/main.js' },
  gatewayMock: { name: 'gateway-mock', from: 'mock-servers/gateway/main.js' },
  mockAlarm: { name: 'mock-alarm', from: 'mock-servers/alarm/thread.js' },
  loopbackReference: { name: 'loopback-reference', from: 'src/calibration/loopback-reference/server.js' },
} as const;

export type Entry = keyof typeof ENTRIES;

/** The folder that holds package.json, scenarios/ and schema/: the nearest one above this file, bundled or not. */
export const PACKAGE_ROOT: string = (() => {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) folder = new URL('..', folder);
  return fileURLToPath(folder);
})();

/** Absolute path of the file that starts a bundle, as a program or a thread. */
export function entryPath(entry: Entry): string {
  return `${PACKAGE_ROOT}dist/bin/${ENTRIES[entry].name}.js`;
}

/** As in package.json. */
export function plimsollVersion(): string {
  const { version } = JSON.parse(readFileSync(`${PACKAGE_ROOT}package.json`, 'utf8')) as { version: string };
  return version;
}
