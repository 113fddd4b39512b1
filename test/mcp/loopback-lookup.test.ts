import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { lookupFor } from '../../src/mcp/transports/streamable-http/loopback-lookup.js';

/** What `host` leads to where the system's resolver answers `addresses`. */
function addressesOf(host: string, addresses: readonly string[]): Promise<readonly string[] | string> {
  const found = addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
  const lookup = lookupFor(host, (_host, _options, done) => done(null, found));
  if (lookup === undefined) return Promise.resolve('as the system says');
  return new Promise((resolve) =>
    lookup(host, { all: true }, (error, result) => {
      resolve(error === null ? (result as LookupAddress[]).map(({ address }) => address) : error.message);
    }),
  );
}

describe('a connection to a name of this machine', () => {
  it('goes to the addresses of this machine alone', async () => {
    expect(await addressesOf('localhost', ['127.0.0.1', '::1'])).toEqual(['127.0.0.1', '::1']);
    expect(await addressesOf('mcp.localhost', ['10.0.0.7', '127.0.0.2'])).toEqual(['127.0.0.2']);
    expect(await addressesOf('mcp.localhost', ['::ffff:10.0.0.7', '::1'])).toEqual(['::1']);
  });

  it('is refused where its name stands for another machine', async () => {
    const refused = 'mcp.localhost stands for no address of this machine';
    expect(await addressesOf('mcp.localhost', ['10.0.0.7'])).toBe(refused);
    expect(await addressesOf('mcp.localhost', ['::ffff:10.0.0.7', 'fe80::1'])).toBe(refused);
  });

  it('leaves other names and addresses to the system', async () => {
    expect(await addressesOf('example.com', ['10.0.0.7'])).toBe('as the system says');
    expect(await addressesOf('127.0.0.1', [])).toBe('as the system says');
    expect(await addressesOf('::1', [])).toBe('as the system says');
  });
});
