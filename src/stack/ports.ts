/** Ports: finding a free one, and noticing that a wanted one is taken. Loopback only. */
import { createServer } from 'node:net';
import { ProblemError, messageOf } from '../problem/index.js';

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(taken));
    });
  });
}

/** A port that was free a moment ago. The system hands ephemeral ports out in turn, so a collision is unlikely. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/**
 * Makes sure nothing listens on `port`.
 * @throws ProblemError (`preflight`) when the port is taken or not allowed.
 */
export async function requireFreePort(port: number, service: string): Promise<void> {
  try {
    await listenOnce(port);
  } catch (thrown) {
    throw new ProblemError('preflight', [
      {
        code: 'port-in-use',
        what: `service "${service}" wants port ${port} on 127.0.0.1, which is not free (${messageOf(thrown)})`,
        remedy: `stop the program that listens there, choose another port, or leave "port" out and use \${port}`,
      },
    ]);
  }
}
