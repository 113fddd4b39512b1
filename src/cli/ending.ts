/** The end of the command: when its work is done, whatever still holds a pipe or a socket. */
import type { ExitCode } from '../problem/index.js';

/**
 * Ends this process as soon as stdout and stderr have taken what was written to them. A process ends by itself when
 * nothing is open any more; a grandchild of a service, in a session of its own, can keep a pipe to us open for ever.
 */
export async function endWith(code: ExitCode): Promise<never> {
  await Promise.all([taken(process.stdout), taken(process.stderr)]);
  process.exit(code);
}

function taken(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableEnded || stream.errored !== null) return resolve();
    // Its reader may have gone.
    stream.once('error', () => resolve());
    stream.once('close', () => resolve());
    stream.write('', () => resolve());
  });
}
