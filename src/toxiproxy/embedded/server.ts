/** The embedded engine as a server: the API on a port, and the proxies behind it. */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PACKAGE_ROOT } from '../../package/index.js';
import { messageOf, ProblemError } from '../../problem/index.js';
import { bindFailure, formatAddress, resolveListen, type HostPort } from './address.js';
import { createApi } from './api.js';
import { Proxies, type ProxyRequest } from './proxies.js';

/** Bytes the toxics of one direction of one connection may hold by default. */
export const DEFAULT_MAX_HELD_BYTES = 1024 * 1024;

export interface EmbeddedServerOptions {
  /** Where the API listens; the default is `localhost`. */
  readonly host?: string | undefined;
  /** 0 takes a free port; the default is 8474. */
  readonly port?: number | undefined;
  /** Decides toxicity, jitter and cuts; without it a new one is drawn. */
  readonly seed?: number | undefined;
  /** Proxies to begin with. */
  readonly proxies?: readonly ProxyRequest[] | undefined;
  /** Serve /metrics. */
  readonly metrics?: boolean;
  /** Per direction of a connection; the default is 1 MiB. */
  readonly maxHeldBytes?: number | undefined;
}

export interface EmbeddedServer {
  /** Where the API is. */
  readonly url: string;
  readonly port: number;
  readonly version: string;
  readonly seed: number;
  /** Closes the API, every proxy and every connection. */
  close(): Promise<void>;
}

/** What `/version` answers: this package's version, marked so that it is not taken for the real server. */
export function embeddedVersion(): string {
  const { version } = JSON.parse(readFileSync(`${PACKAGE_ROOT}package.json`, 'utf8')) as { version: string };
  return `${version}+embedded`;
}

/**
 * Starts the engine in this process.
 * @throws ProblemError (`preflight`) when the API's port or that of a proxy to begin with cannot be bound.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const { host = 'localhost', port = 8474, metrics = false, maxHeldBytes = DEFAULT_MAX_HELD_BYTES } = options;
  const seed = options.seed ?? randomInt(2 ** 32);
  const version = embeddedVersion();
  const proxies = new Proxies({ seed, maxHeldBytes });
  const server = createServer(
    { requestTimeout: 15_000, keepAliveTimeout: 60_000 },
    createApi(proxies, { version, seed, metrics }),
  );

  const address = await resolveListen(formatAddress({ host, port })).catch((error: unknown) => {
    throw new ProblemError('preflight', {
      code: 'bad-address',
      what: `the fault proxy can't listen on "${host}": ${String(error)}`,
      remedy: 'give an address of this machine with -host',
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(apiPortProblem(address, error)));
    server.listen(address.port, address.host, resolve);
  });
  const bound = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    await proxies.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  try {
    const { failure } = await proxies.populate(options.proxies ?? []);
    if (failure !== null) throw configProblem(failure.message);
  } catch (error) {
    await close();
    throw error instanceof ProblemError ? error : configProblem(messageOf(error));
  }
  const url = `http://${formatAddress({ host: bound.address, port: bound.port })}`;
  return { url, port: bound.port, version, seed, close };
}

function apiPortProblem(address: HostPort, error: Error): ProblemError {
  return new ProblemError('preflight', {
    code: 'port-in-use',
    what: `the fault proxy's API can't be served: ${bindFailure(address, error)}`,
    remedy: 'give another port with -port, or -port 0 for a free one',
  });
}

function configProblem(message: string): ProblemError {
  return new ProblemError('preflight', {
    code: 'bad-proxy-config',
    what: `the proxies to begin with can't be set up: ${message}`,
    remedy: 'correct the file given with -config',
  });
}
