/** What a run or a comparison leaves on the pages of the CI system that it runs in. */
import { appendFileSync, statSync } from 'node:fs';
import { messageOf } from '../problem/index.js';
import { printable } from './print.js';
import { writeErr } from './streams.js';

/** GitHub refuses the summary of a step beyond 1 MiB. */
const MOST_SUMMARY_BYTES = 1_000_000;

const underGithub = (): boolean => process.env['GITHUB_ACTIONS'] === 'true';

/** Writes annotations, one a line, where they are understood: under GitHub Actions. */
export function annotate(commands: readonly string[]): void {
  if (!underGithub()) return;
  for (const command of commands) writeErr(`${command}\n`);
}

/** Adds Markdown to the job summary of GitHub Actions, if there is one. A summary that can't be written is a note. */
export function addToJobSummary(markdown: string): void {
  const path = process.env['GITHUB_STEP_SUMMARY'];
  if (!underGithub() || path === undefined || path === '') return;
  try {
    const there = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const room = MOST_SUMMARY_BYTES - there;
    if (Buffer.byteLength(markdown) + 2 > room) {
      writeErr('note: the job summary is full, and says nothing of this; it is in the files of the run\n');
      return;
    }
    appendFileSync(path, `${markdown}\n`);
  } catch (thrown) {
    writeErr(`note: the job summary could not be written: ${printable(messageOf(thrown))}\n`);
  }
}
