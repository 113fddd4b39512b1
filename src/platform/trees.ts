/** Trees of processes, and who listens on a port. Linux only: elsewhere empty. */
import { readFile, readdir, readlink } from 'node:fs/promises';
import { LINUX, TICKS_PER_SECOND, kernelNames, kernelText } from './linux-files.js';
import { IS_LINUX } from './system.js';

/** State of a socket in Linux's table of connections. */
const LISTENING = '0A';

const namesIn = (path: string): Promise<readonly string[]> => (IS_LINUX ? readdir(path).catch(() => []) : noNames());
const noNames = (): Promise<readonly string[]> => Promise.resolve([]);
const textOf = (path: string): Promise<string> => (IS_LINUX ? readFile(path, 'utf8').catch(() => '') : noText());
const noText = (): Promise<string> => Promise.resolve('');

/** Processes of a tree: `pid` and all that it started and that they did. */
function treeOf(pid: number): readonly number[] {
  const threads = kernelNames(LINUX.ofProcess(pid, 'task')) ?? [];
  const children = threads.map((thread) => kernelText(LINUX.ofProcess(pid, `task/${thread}/children`)));
  const pids = children.flatMap((text) => text.split(' ').filter((word) => word !== '')).map(Number);
  return [pid, ...pids.flatMap(treeOf)];
}

/** CPU seconds of a process and of its children that have ended; 0 of one that is gone. */
function cpuSecondsOf(pid: number): number {
  const text = kernelText(LINUX.ofProcess(pid, 'stat'));
  if (text === '') return 0;
  // The second field is the program's name in parentheses and may hold blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}

/** CPU seconds of the trees of processes that `roots` lead; 0 where the system is not Linux. */
export function cpuSecondsUnder(roots: readonly number[]): number {
  if (!IS_LINUX) return 0;
  const pids = new Set(roots.flatMap(treeOf));
  return [...pids].reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
}

/** The processes that listen on a TCP port of this machine, as far as this user may see. */
export async function listenersOn(port: number): Promise<readonly number[]> {
  const tables = await Promise.all((['tcp', 'tcp6'] as const).map((name) => textOf(LINUX.tcpTable(name))));
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = tables.flatMap((table) =>
    table.split('\n').flatMap((line) => {
      const fields = line.trim().split(/ +/);
      return fields[3] === LISTENING && fields[1]?.endsWith(suffix) === true ? [`socket:[${fields[9] ?? ''}]`] : [];
    }),
  );
  if (sockets.length === 0) return [];
  const pids = (await namesIn(LINUX.processes)).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const descriptors = await namesIn(LINUX.ofProcess(pid, 'fd'));
      const links = await Promise.all(
        descriptors.map((fd) => readlink(LINUX.ofProcess(pid, `fd/${fd}`)).catch(() => '')),
      );
      return links.some((link) => sockets.includes(link)) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
