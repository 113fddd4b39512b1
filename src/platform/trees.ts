/** Trees of processes, and who listens on a port. Linux only: elsewhere empty. */
import { readFile, readdir, readlink } from 'node:fs/promises';
import { LINUX, TICKS_PER_SECOND } from './linux-files.js';
import { IS_LINUX } from './system.js';

/** State of a socket in Linux's table of connections. */
const LISTENING = '0A';

const namesIn = (path: string): Promise<readonly string[]> => (IS_LINUX ? readdir(path).catch(() => []) : noNames());
const noNames = (): Promise<readonly string[]> => Promise.resolve([]);
const textOf = (path: string): Promise<string> => (IS_LINUX ? readFile(path, 'utf8').catch(() => '') : noText());
const noText = (): Promise<string> => Promise.resolve('');

/** Processes of a tree: `pid` and all that it started and that they did. */
async function treeOf(pid: number): Promise<readonly number[]> {
  const threads = await namesIn(LINUX.ofProcess(pid, 'task'));
  const children = await Promise.all(threads.map((thread) => textOf(LINUX.ofProcess(pid, `task/${thread}/children`))));
  const pids = children.flatMap((text) => text.split(' ').filter((word) => word !== '')).map(Number);
  return [pid, ...(await Promise.all(pids.map(treeOf))).flat()];
}

/** CPU seconds of a process and of its children that have ended; 0 of one that is gone. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const text = await textOf(LINUX.ofProcess(pid, 'stat'));
  if (text === '') return 0;
  // The second field is the program's name in parentheses and may hold blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}

/** CPU seconds of the trees of processes that `roots` lead. */
export async function cpuSecondsUnder(roots: readonly number[]): Promise<number> {
  const pids = new Set((await Promise.all(roots.map(treeOf))).flat());
  const each = await Promise.all([...pids].map(cpuSecondsOf));
  return each.reduce((sum, seconds) => sum + seconds, 0);
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
