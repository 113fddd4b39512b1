/** Load stays on this machine unless the scenario says otherwise: judged by the addresses that a name stands for. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { ProblemError } from '../problem/index.js';
import { isLoopback, secretNames, type Scenario } from '../scenario/index.js';

/** What a name stands for; injected by tests. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

const systemResolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

/**
 * The last door before load leaves the machine: also holds for addresses that a secret or a service brought in, and for
 * a name like `x.localhost` that some resolver gives another address.
 * @throws ProblemError (`bad-input`).
 */
export async function requireAllowed(
  url: string,
  scenario: Scenario,
  resolve: Resolve = systemResolve,
): Promise<string> {
  if (scenario.allowRemote) return url;
  const { hostname } = new URL(url);
  const shown = secretNames(scenario).length > 0 ? 'the target of this scenario' : `the target ${hostname}`;
  const elsewhere = await whyElsewhere(hostname, shown, resolve);
  if (elsewhere !== null) throw remote(elsewhere);
  return url;
}

/** Why a host is not this machine, as a sentence about `shown`; null when it is, or is not known at all. */
export async function whyElsewhere(
  hostname: string,
  shown: string,
  resolve: Resolve = systemResolve,
): Promise<string | null> {
  if (!isLoopback(hostname)) return `${shown} is not on this machine`;
  const host = hostname.replace(/^\[|\]$/g, '');
  // A name that is not known here reaches nothing: connecting says so.
  const addresses = isIP(host) === 0 ? await resolve(host).catch(() => []) : [];
  const elsewhere = addresses.find((address) => !isLoopback(isIP(address) === 6 ? `[${address}]` : address));
  return elsewhere === undefined
    ? null
    : `${shown} is called like this machine, but its name stands for ${elsewhere}, which is elsewhere`;
}

function remote(what: string): ProblemError {
  const remedy = 'load-test only what is yours: say "allow-remote: true" in the scenario when it is';
  return new ProblemError('bad-input', { code: 'remote-target', what, remedy });
}
