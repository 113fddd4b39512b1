/** Names of this machine lead to this machine: `localhost`, and what ends in it, are loopback alone (RFC 6761, 6.3). */
import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopback } from '../../../scenario/index.js';

type Resolver = (
  hostname: string,
  options: { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** What a socket is to resolve `host` with; undefined where the system's way is right. */
export function lookupFor(host: string, resolver: Resolver = lookup): LookupFunction | undefined {
  if (isIP(host) !== 0 || !isLoopback(host)) return undefined;
  return (hostname, options, done) => {
    resolver(hostname, { ...options, all: true }, (error, addresses) => {
      const here = error === null ? addresses.filter(isHere) : [];
      const [first] = here;
      if (first === undefined) done(error ?? notHere(hostname), options.all === true ? [] : '', 0);
      else if (options.all === true) done(null, here);
      else done(null, first.address, first.family);
    });
  };
}

const isHere = ({ address, family }: LookupAddress): boolean => isLoopback(family === 6 ? `[${address}]` : address);

const notHere = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${hostname} stands for no address of this machine`), { code: 'ENOTFOUND' });
