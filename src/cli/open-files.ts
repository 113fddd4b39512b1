/** Whether this process may open the files that its work takes: to be known before a module fails to load for it. */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Problem } from '../problem/index.js';

/** A small run has some 120 files, pipes and sockets open, and loading a module opens more for a moment. */
const NEEDED = 160;

/** Null: there is room. Opens files and closes them again, which takes a millisecond and works on every system. */
export function tooFewFiles(needed = NEEDED): Problem | null {
  const opened: number[] = [];
  try {
    while (opened.length < needed) opened.push(openSync(devNull, 'r'));
    return null;
  } catch (thrown) {
    return isOutOfFiles(thrown) ? outOfFiles(`${opened.length} more files, and a run needs ${needed}`) : null;
  } finally {
    for (const file of opened) closeSync(file);
  }
}

/** What to say of an error for which no file could be opened; null for any other. */
export function outOfFilesProblem(thrown: unknown): Problem | null {
  return isOutOfFiles(thrown) ? outOfFiles('no more files') : null;
}

function outOfFiles(allowed: string): Problem {
  return {
    code: 'too-few-files',
    what: `the limit on open files is too low: this process may open ${allowed}`,
    remedy: 'raise it before the run, for example with ulimit -n 4096',
  };
}

/** EMFILE: the limit of this process; ENFILE: that of the system. Other errors hold it as their cause or in a text. */
function isOutOfFiles(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = 'code' in thrown ? thrown.code : undefined;
  return code === 'EMFILE' || code === 'ENFILE' || /\bE[MN]FILE\b/.test(thrown.message) || isOutOfFiles(thrown.cause);
}
