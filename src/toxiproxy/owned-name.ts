/** Names of proxies on an engine that several runs may use: the link, then where, which process and since when. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { processNumbers } from '../platform/index.js';
import { isRunning, processStart } from '../processes/index.js';

const OWNED = /__plimsoll-([0-9a-f]{8})-(\d+)-(\d+|x)$/;

/** The name of a proxy that this process makes for a link. */
export function ownedName(link: string): string {
  return `${link}__plimsoll-${machine()}-${process.pid}-${processStart(process.pid) ?? 'x'}`;
}

/** The link a proxy was made for: the name without its owner. */
export function linkOf(proxyName: string): string {
  return proxyName.replace(OWNED, '');
}

/**
 * Whose a proxy is. `dead`: of a process of this machine that is no more. `other`: of one that goes on, or of another
 * machine, which can't be looked at from here. `none`: not of a run of ours.
 */
export function ownerOf(proxyName: string): 'this' | 'dead' | 'other' | 'none' {
  const [, where, pid, start = 'x'] = OWNED.exec(proxyName) ?? [];
  if (where === undefined) return 'none';
  if (where !== machine()) return 'other';
  if (!isRunning(Number(pid), start === 'x' ? null : start)) return 'dead';
  return Number(pid) === process.pid ? 'this' : 'other';
}

let machineName: string | null = null;

/** This machine as far as process numbers mean something: containers of one host have numbers of their own. */
function machine(): string {
  if (machineName !== null) return machineName;
  machineName = createHash('sha256').update(`${hostname()} ${processNumbers()}`).digest('hex').slice(0, 8);
  return machineName;
}
