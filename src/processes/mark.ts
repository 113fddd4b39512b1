/** The mark of a run in the environment of its processes: it goes along to grandchildren that leave their group. */
import { randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { groupOf, isRunning } from './identity.js';

const VARIABLE = 'PLIMSOLL_RUN_MARK';
const SHOWN_CHARACTERS = 120;

/** One environment variable. */
export type ProcessMark = Readonly<Record<string, string>>;

/** A process that outlived what started it. */
export interface Survivor {
  readonly pid: number;
  /** Its command line, shortened. */
  readonly command: string;
}

/** A mark that no other run has. */
export const newMark = (): ProcessMark => ({ [VARIABLE]: randomUUID() });

/** Running processes that carry `mark`, but for those of `groups`; null where environments can't be read. */
export async function processesWithMark(
  mark: ProcessMark,
  groups: ReadonlySet<number>,
): Promise<readonly Survivor[] | null> {
  const names = await readdir('/proc').catch(() => null);
  if (names === null) return null;
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => survivorOf(pid, mark, groups)));
  return found.filter((survivor) => survivor !== null);
}

async function survivorOf(pid: number, mark: ProcessMark, groups: ReadonlySet<number>): Promise<Survivor | null> {
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const environment = (await read('environ')).split('\0');
  if (!environment.includes(`${VARIABLE}=${mark[VARIABLE] ?? ''}`)) return null;
  const group = groupOf(pid);
  if (group === null || groups.has(group) || !isRunning(pid, null)) return null;
  const command = (await read('cmdline')).split('\0').join(' ').trim();
  return { pid, command: command.length > SHOWN_CHARACTERS ? `${command.slice(0, SHOWN_CHARACTERS)}…` : command };
}
