/** Verdicts in the log of a CI system that shows them on its pages. */
import { writeErr } from './streams.js';

/** Writes the commands, one a line, where they are understood: under GitHub Actions. */
export function annotate(commands: readonly string[]): void {
  if (process.env['GITHUB_ACTIONS'] !== 'true') return;
  for (const command of commands) writeErr(`${command}\n`);
}
