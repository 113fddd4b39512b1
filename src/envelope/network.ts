/** The host's network settings and the counters of what went wrong on it. */
import { LINUX, type System } from '../platform/index.js';
import { fromFile, known, number, unknown, word, type Fact } from './facts.js';
import type { Envelope, TcpFacts } from './types.js';

export type NetworkSettings = Omit<Envelope['network'], 'loopback' | keyof TcpFacts>;

export async function captureNetworkSettings(system: System): Promise<NetworkSettings> {
  return {
    congestionControl: await fromFile(system, LINUX.congestionControl, word),
    acceptBacklogMax: await fromFile(system, LINUX.acceptBacklogMax, number),
    localPortRange: await fromFile(system, LINUX.localPortRange, (text) => word(text.trim().replace(/\s+/, '-'))),
    timeWaitReuse: await fromFile(system, LINUX.timeWaitReuse, number),
    loopbackMtuBytes: await fromFile(system, LINUX.loopbackMtu, number),
  };
}

/** Counters of the whole host since it booted. */
export interface TcpCounters {
  readonly retransmits: Fact<number>;
  readonly listenDrops: Fact<number>;
  readonly resetsSent: Fact<number>;
}

export async function readTcpCounters(system: System): Promise<TcpCounters> {
  return {
    retransmits: await fromFile(system, LINUX.snmp, (text) => tableValue(text, 'Tcp', 'RetransSegs')),
    listenDrops: await fromFile(system, LINUX.netstat, (text) => tableValue(text, 'TcpExt', 'ListenDrops')),
    resetsSent: await fromFile(system, LINUX.snmp, (text) => tableValue(text, 'Tcp', 'OutRsts')),
  };
}

/** These files hold pairs of lines: `Name: columns...`, then `Name: values...`. */
function tableValue(text: string, table: string, column: string): number | null {
  const lines = text.split('\n').filter((line) => line.startsWith(`${table}: `));
  const at = lines[0]?.split(/\s+/).indexOf(column) ?? -1;
  const value = at < 0 ? undefined : lines[1]?.split(/\s+/)[at];
  return value === undefined ? null : number(value);
}

/** later - earlier, if both are known. */
export function increase(earlier: Fact<number>, later: Fact<number>): Fact<number> {
  if (earlier.value === null) return earlier;
  if (later.value === null) return later;
  return later.value < earlier.value ? unknown('the counter began anew') : known(later.value - earlier.value);
}
