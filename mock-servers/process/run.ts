/** A mock as the whole work of a process. */
import type { ReadyLine } from '../../src/protocol/index.js';
import { setUpTiming } from '../../src/process-timing/index.js';

/** A mock that listens. */
export interface ListeningMock {
  readonly port: number;
  readonly options: { readonly path: string };
  readonly stop: () => Promise<void>;
}

/** Ways to end the mock besides SIGTERM and SIGINT. */
export interface RunMock {
  /** Also ends when stdin does, so that the mock cannot outlive a parent that was killed. */
  readonly endWithStdin?: boolean;
}

/**
 * Prints the mock's ready line on stdout (`{"ready":true,"port":N,"pid":P,"path":"/mcp"}`), and resolves when a
 * signal (or the end of stdin) has ended it and its port and connections are closed.
 */
export async function serveUntilSignalled(mock: ListeningMock, run: RunMock = {}): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    if (run.endWithStdin === true) {
      process.stdin.once('end', () => resolve());
      process.stdin.once('error', () => resolve());
      process.stdin.resume();
    }
  });
  const ready: ReadyLine = { ready: true, port: mock.port, pid: process.pid, path: mock.options.path };
  process.stdout.write(JSON.stringify(ready) + '\n');
  setUpTiming();
  await ended;
  process.stdin.pause();
  await mock.stop();
}
