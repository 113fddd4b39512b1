/**
 * Addresses as the API writes them: `host:port`, `[::1]:port`, `:port`.
 *
 * Owns taking them apart, resolving the host to listen on, and the texts of what can be wrong, which clients of the
 * real server may be matching on.
 */
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** An address that cannot be used; the message is the one the API answers. */
export class AddressError extends Error {}

/** Takes an address apart. An empty host means all interfaces. Throws {@link AddressError}. */
export function parseAddress(address: string): HostPort {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(address);
  let host: string;
  let port: string | undefined;
  if (bracketed !== null) {
    host = bracketed[1] ?? '';
    port = bracketed[2];
  } else {
    const colon = address.lastIndexOf(':');
    host = colon < 0 ? address : address.slice(0, colon);
    port = colon < 0 ? undefined : address.slice(colon + 1);
    if (host.includes(':')) throw new AddressError(`address ${address}: too many colons in address`);
  }
  if (port === undefined) throw new AddressError(`address ${address}: missing port in address`);
  if (!/^\d*$/.test(port)) throw new AddressError(`lookup tcp/${port}: unknown port`);
  const number = port === '' ? 0 : Number(port);
  if (number > 65535) throw new AddressError(`address ${port}: invalid port`);
  return { host, port: number };
}

/** Puts an address together. */
export function formatAddress({ host, port }: HostPort): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The address to bind: host names become numbers, IPv4 first; nothing at all becomes a free port of the loopback
 * interface, and a port without a host all interfaces. Throws {@link AddressError}.
 */
export async function resolveListen(address: string): Promise<HostPort> {
  if (address === '') return { host: '127.0.0.1', port: 0 };
  const { host, port } = parseAddress(address);
  if (host === '') return { host: '::', port };
  if (isIP(host) !== 0) return { host, port };
  try {
    const found = await lookup(host, { all: true });
    const chosen = found.find((entry) => entry.family === 4) ?? found[0];
    if (chosen !== undefined) return { host: chosen.address, port };
  } catch {
    // Reported below, in the wording that clients know.
  }
  throw new AddressError(`lookup ${host}: no such host`);
}

/** What the API says when binding fails. */
export function bindFailure(address: HostPort, failure: unknown): string {
  const code = failure instanceof Error && 'code' in failure ? String(failure.code) : 'unknown error';
  return `listen tcp ${formatAddress(address)}: bind: ${BIND_TEXTS[code] ?? code}`;
}

const BIND_TEXTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
};
