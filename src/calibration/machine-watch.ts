/** What other processes take of the machine while a run goes on, by what the system reports. Linux only. */
import { LINUX, TICKS_PER_SECOND, cpuSecondsUnder, thisSystem, type System } from '../platform/index.js';
import type { MachineRow } from '../record/index.js';

/** Reads the machine from time to time; each row is of the time since the one before. */
export interface MachineWatch {
  /** Null at the first call. Never rejects. */
  poll(atNs: number): Promise<MachineRow | null>;
}

interface Account {
  readonly atNs: number;
  /** CPU seconds of user code and the kernel. Without interrupts: our own traffic causes some of them. */
  readonly usedS: number;
  readonly idleS: number;
  readonly ownS: number;
  /** Seconds in which some task waited for a core; null without pressure stall information. */
  readonly waitedS: number | null;
  readonly cores: number;
}

async function accountOf(system: System, atNs: number, ownS: () => number): Promise<Account> {
  const [stat, pressure] = await Promise.all([
    system.read(LINUX.cpuTimes),
    system.read(LINUX.pressure('cpu')).catch(() => ''),
  ]);
  const ticks = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number) ?? [];
  const [user, nice, kernel, idle, iowait] = ticks;
  if (iowait === undefined || !ticks.every(Number.isFinite))
    throw new Error(`${LINUX.cpuTimes} has no line of all cores`);
  const waitedUs = /^some .*total=(\d+)$/m.exec(pressure)?.[1];
  return {
    atNs,
    usedS: ((user ?? 0) + (nice ?? 0) + (kernel ?? 0)) / TICKS_PER_SECOND,
    idleS: ((idle ?? 0) + iowait) / TICKS_PER_SECOND,
    ownS: ownS(),
    waitedS: waitedUs === undefined ? null : Number(waitedUs) / 1e6,
    cores: stat.match(/^cpu\d+ /gm)?.length ?? 1,
  };
}

/** Watches this machine; `roots` are processes whose trees are the run's own, the target's among them. */
export function watchMachine(
  roots: readonly number[],
  system: System = thisSystem,
  ownS: () => number = () => cpuSecondsUnder(roots),
): MachineWatch {
  let before: Account | null = null;
  return {
    poll: async (atNs) => {
      if (system.platform !== 'linux') return unknownRow(before?.atNs ?? atNs, atNs, `no /proc on ${system.platform}`);
      try {
        const earlier = before;
        const now = await accountOf(system, atNs, ownS);
        before = now;
        return earlier === null || now.atNs <= earlier.atNs ? null : rowOf(earlier, now);
      } catch (thrown) {
        return unknownRow(before?.atNs ?? atNs, atNs, thrown instanceof Error ? thrown.message : String(thrown));
      }
    },
  };
}

function rowOf(earlier: Account, now: Account): MachineRow {
  const seconds = (now.atNs - earlier.atNs) / 1e9;
  const used = now.usedS - earlier.usedS;
  const own = Math.max(0, now.ownS - earlier.ownS);
  return {
    fromNs: earlier.atNs,
    atNs: now.atNs,
    cores: now.cores,
    othersCores: Math.max(0, used - own) / seconds,
    idleCores: Math.max(0, now.idleS - earlier.idleS) / seconds,
    waitingShare:
      now.waitedS === null || earlier.waitedS === null
        ? null
        : Math.min(1, Math.max(0, now.waitedS - earlier.waitedS) / seconds),
  };
}

function unknownRow(fromNs: number, atNs: number, reason: string): MachineRow {
  return { fromNs, atNs, cores: null, othersCores: null, idleCores: null, waitingShare: null, reason };
}
