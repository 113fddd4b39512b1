/** What other processes take of the machine while a run goes on, by what the system reports. Linux only. */
import { readFile, readdir, readlink } from 'node:fs/promises';
import { thisSystem, type System } from '../envelope/index.js';
import type { MachineRow } from '../record/index.js';

/** USER_HZ, the unit of CPU times in /proc: 100 on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;
/** State of a socket in /proc/net/tcp. */
const LISTENING = '0A';

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

/** Processes of a tree: `pid` and all that it started and that they did. */
async function treeOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const children = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const pids = children.flatMap((text) => text.split(' ').filter((word) => word !== '')).map(Number);
  return [pid, ...(await Promise.all(pids.map(treeOf))).flat()];
}

/** CPU seconds of a process and of its children that have ended; 0 of one that is gone. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return 0;
  // The second field is the program's name in parentheses and may hold blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}

/** CPU seconds of the trees of processes that `roots` lead. */
async function cpuSecondsUnder(roots: readonly number[]): Promise<number> {
  const pids = new Set((await Promise.all(roots.map(treeOf))).flat());
  const each = await Promise.all([...pids].map(cpuSecondsOf));
  return each.reduce((sum, seconds) => sum + seconds, 0);
}

/** The processes that listen on a TCP port of this machine, as far as this user may see. */
export async function listenersOn(port: number): Promise<readonly number[]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = tables.flatMap((table) =>
    table.split('\n').flatMap((line) => {
      const fields = line.trim().split(/ +/);
      return fields[3] === LISTENING && fields[1]?.endsWith(suffix) === true ? [`socket:[${fields[9] ?? ''}]`] : [];
    }),
  );
  if (sockets.length === 0) return [];
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
      return links.some((link) => sockets.includes(link)) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

async function accountOf(system: System, atNs: number, ownS: () => Promise<number>): Promise<Account> {
  const [stat, pressure, own] = await Promise.all([
    system.read('/proc/stat'),
    system.read('/proc/pressure/cpu').catch(() => ''),
    ownS(),
  ]);
  const ticks = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number) ?? [];
  const [user, nice, kernel, idle, iowait] = ticks;
  if (iowait === undefined || !ticks.every(Number.isFinite)) throw new Error('/proc/stat has no line of all cores');
  const waitedUs = /^some .*total=(\d+)$/m.exec(pressure)?.[1];
  return {
    atNs,
    usedS: ((user ?? 0) + (nice ?? 0) + (kernel ?? 0)) / TICKS_PER_SECOND,
    idleS: ((idle ?? 0) + iowait) / TICKS_PER_SECOND,
    ownS: own,
    waitedS: waitedUs === undefined ? null : Number(waitedUs) / 1e6,
    cores: stat.match(/^cpu\d+ /gm)?.length ?? 1,
  };
}

/** Watches this machine; `roots` are processes whose trees are the run's own, the target's among them. */
export function watchMachine(
  roots: readonly number[],
  system: System = thisSystem,
  ownS: () => Promise<number> = () => cpuSecondsUnder(roots),
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
