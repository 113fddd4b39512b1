/** What `plimsoll distribute` prints, and the processes that an engine started for it on this machine. */
import { readFileSync } from 'node:fs';
import type { Started } from '../e2e/plimsoll.js';

/** Its problems, from what it prints with `--json`. */
export const problemsIn = (stdout: string): string =>
  (JSON.parse(stdout) as { readonly problems: readonly { readonly what: string }[] }).problems
    .map(({ what }) => what)
    .join('\n');

/** The shards among the processes of a run that have `variable` (`NAME=VALUE`) in their environment. */
export const shardProcesses = (run: Started, variable: string): readonly number[] =>
  run.alive().filter((pid) => partsOf(pid, 'environ').includes(variable) && isShard(partsOf(pid, 'cmdline')));

const isShard = ([program, ...words]: readonly string[]): boolean =>
  program?.endsWith('node') === true && words.includes('--rendezvous');

/** None of a process that has ended meanwhile. */
function partsOf(pid: number, file: 'environ' | 'cmdline'): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1').split('\0');
  } catch {
    return [];
  }
}
