/** `ps` as macOS has it (ps(1)): what is known of processes where there is no /proc. */
import { execFile } from 'node:child_process';
import { PLATFORM } from './system.js';

const PS_WITHIN_MS = 2_000;

/** A process as `ps` prints it. */
export interface PsRow {
  readonly pid: number;
  readonly group: number;
  /** Its first letter: T stopped, Z ended and not collected. */
  readonly state: string;
  readonly rssBytes: number;
  /** CPU seconds in user code and in the kernel. */
  readonly cpuUserS: number;
  readonly cpuSystemS: number;
}

const COLUMNS = 'pid=,pgid=,state=,rss=,utime=,time=';

/** What `ps` prints of these processes; null where it can't be asked: another system, or no such program. */
async function psOf(pids: readonly number[]): Promise<ReadonlyMap<number, PsRow> | null> {
  const text = await ps(['-o', COLUMNS, '-p', pids.join(',')]);
  return text === null ? null : new Map(psRows(text).map((row) => [row.pid, row]));
}

/** Reads the columns of {@link COLUMNS}; a line that has others is left out. */
export function psRows(text: string): readonly PsRow[] {
  return text.split('\n').flatMap((line) => {
    const [pid, group, state = '', rssKib, userTime = '', time = ''] = line.trim().split(/\s+/);
    const [cpuUserS, cpuS] = [psSeconds(userTime), psSeconds(time)];
    const numbers = [pid, group, rssKib].map(Number);
    if (cpuUserS === null || cpuS === null || !numbers.every(Number.isFinite)) return [];
    const [pidNumber = 0, groupNumber = 0, kib = 0] = numbers;
    const cpuSystemS = Math.max(0, Math.round((cpuS - cpuUserS) * 100) / 100);
    return [{ pid: pidNumber, group: groupNumber, state, rssBytes: kib * 1024, cpuUserS, cpuSystemS }];
  });
}

/** `0:01.23`, `12:34:56`, `2-03:04:05`: minutes and seconds at least; null for anything else. */
export function psSeconds(text: string): number | null {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)$/.exec(text);
  if (match === null) return null;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds.replace(',', '.'));
}

/** Asked for and not answered yet: one `ps` answers for all that is asked in a turn of the event loop. */
let asked: { readonly pids: Set<number>; readonly answer: ReturnType<typeof psOf> } | null = null;

/** One process; null when it is gone; undefined where `ps` can't be asked. */
export async function psRow(pid: number): Promise<PsRow | null | undefined> {
  if (asked === null) {
    const pids = new Set<number>();
    const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      asked = null;
      return psOf([...pids]);
    });
    asked = { pids, answer };
  }
  asked.pids.add(pid);
  const rows = await asked.answer;
  return rows === null ? undefined : (rows.get(pid) ?? null);
}

/** What `ps` prints; null where it is not that of macOS or can't be run. */
export function ps(parameters: readonly string[]): Promise<string | null> {
  if (PLATFORM !== 'darwin') return Promise.resolve(null);
  return new Promise((resolve) => {
    const limits = { timeout: PS_WITHIN_MS, maxBuffer: 16 * 1024 * 1024 };
    execFile('ps', [...parameters], limits, (error, stdout) => {
      // It ends with 1 when none of the processes is there.
      const wasRun = error === null || typeof error.code === 'number';
      resolve(wasRun ? stdout : null);
    });
  });
}
