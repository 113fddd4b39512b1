/** Ports: finding a free one, and noticing that a wanted one is taken. Loopback only. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { firstLocalPort } from '../platform/index.js';
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

/** Makes sure nothing listens on `port`. @throws ProblemError (`preflight`) when the port is taken or not allowed. */
export async function requireFreePort(port: number, service: string): Promise<void> {
  try {
    await listenOnce(port);
  } catch (thrown) {
    throw new ProblemError('preflight', {
      code: 'port-in-use',
      what: `service "${service}" wants port ${port} on 127.0.0.1, which is not free (${messageOf(thrown)})`,
      remedy: `stop the program that listens there, choose another port, or leave "port" out and use \${port}`,
    });
  }
}

const FIRST_TRIED = 10_000;
const TRIES = 64;

/**
 * A free port that will still be free when nothing has listened on it for a while: one the system does not give to
 * outgoing connections. A client that keeps trying a silent port of that range now and then gets that very port for its
 * own end, connects to itself (TCP's simultaneous open), and holds the port when the server comes back.
 */
export async function portToReturnTo(): Promise<number> {
  const firstLocal = await firstLocalPort();
  for (let tries = 0; tries < TRIES && firstLocal > FIRST_TRIED; tries++) {
    const port = randomInt(FIRST_TRIED, firstLocal);
    try {
      return await listenOnce(port);
    } catch {
      // Taken: another one.
    }
  }
  return freePort();
}
