/** Processes by what their environment holds. */
import { readFile, readdir } from 'node:fs/promises';
import { groupOf, hasEnded, startOf } from './identity.js';
import { LINUX } from './linux-files.js';
import { ps } from './ps.js';
import { IS_LINUX } from './system.js';

/**
 * A shell function that prints the ids of the processes whose environment holds a variable, `NAME=VALUE`. Its own text
 * is not found: `ps` would show the pattern as an argument of `grep`, so that the first letter stands in brackets.
 */
export const PIDS_WITH_VARIABLE = IS_LINUX
  ? `pids_with() { grep -la -e "$1" ${LINUX.processes}/[0-9]*/environ 2>/dev/null | cut -d/ -f3; }`
  : `pids_with() { ps -axwwE -o pid=,command= 2>/dev/null | grep -e "[P]\${1#P}" | grep -v plimsoll-reaper | \
  while read -r pid rest; do echo "$pid"; done; }`;

export interface MarkedProcess {
  readonly pid: number;
  readonly group: number;
  readonly command: string;
}

/**
 * Running processes of this user whose environment holds NAME=VALUE; null where environments can't be read. Older ones
 * than this process are not asked where the system shows their age: the variable is one that this process has made.
 */
export async function withVariable(name: string, value: string): Promise<readonly MarkedProcess[] | null> {
  if (!IS_LINUX) return fromPs(`${name}=${value}`);
  const names = await readdir(LINUX.processes).catch(() => null);
  if (names === null) return null;
  const bornAt = (pid: number): number => Number(startOf(pid) ?? Infinity);
  const own = bornAt(process.pid);
  const pids = names.flatMap((each) => (/^\d+$/.test(each) && bornAt(Number(each)) >= own ? [Number(each)] : []));
  const found = await Promise.all(pids.map((pid) => fromProc(pid, `${name}=${value}`)));
  return found.filter((each) => each !== null);
}

async function fromProc(pid: number, variable: string): Promise<MarkedProcess | null> {
  const read = (file: string): Promise<string> => readFile(LINUX.ofProcess(pid, file), 'utf8').catch(() => '');
  if (!(await read('environ')).split('\0').includes(variable)) return null;
  const group = groupOf(pid);
  if (group === null || hasEnded(pid)) return null;
  return { pid, group, command: (await read('cmdline')).split('\0').join(' ').trim() };
}

/** `-E` puts the environment behind the command, which may hold anything: what follows the first NAME= is left out. */
async function fromPs(variable: string): Promise<readonly MarkedProcess[] | null> {
  const text = await ps(['-axwwE', '-o', 'pid=,pgid=,command=']);
  if (text === null) return null;
  return text.split('\n').flatMap((line) => {
    const [, pid, group, rest = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || !rest.split(' ').includes(variable)) return [];
    return [{ pid: Number(pid), group: Number(group), command: rest.split(/ [A-Za-z_]\w*=/)[0] ?? '' }];
  });
}
