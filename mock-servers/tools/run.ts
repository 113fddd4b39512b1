/** A `tools` mock as the whole work of a process. */
import type { ToolsMockOptions } from './options.js';
import { startToolsMock } from './server.js';

/** Ways to end the mock besides SIGTERM and SIGINT. */
export interface RunToolsMock {
  /** Also ends when stdin does, so that the mock cannot outlive a parent that was killed. */
  readonly endWithStdin?: boolean;
}

/**
 * Starts a mock, prints its ready line on stdout (`{"ready":true,"port":N,"pid":P,"path":"/mcp"}`), and resolves when it was
 * told to end and has closed its port and connections.
 *
 * @throws ProblemError as `startToolsMock` does.
 */
export async function runToolsMock(partial: Partial<ToolsMockOptions>, run: RunToolsMock = {}): Promise<void> {
  const mock = await startToolsMock(partial);
  const told = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    if (run.endWithStdin === true) {
      process.stdin.once('end', () => resolve());
      process.stdin.once('error', () => resolve());
      process.stdin.resume();
    }
  });
  const ready = { ready: true, port: mock.port, pid: process.pid, path: mock.options.path };
  process.stdout.write(JSON.stringify(ready) + '\n');
  await told;
  process.stdin.pause();
  await mock.stop();
}
