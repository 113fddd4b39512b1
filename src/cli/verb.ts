/** What every verb file has in common. */
import type { Command } from 'commander';
import type { ExitCode } from '../problem/index.js';
import { writeOut } from './streams.js';

/** Adds a verb to the program. `done` takes the exit code when the verb has run. */
export type DeclareVerb = (program: Command, done: (code: ExitCode) => void) => void;

/** For flags that may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** One JSON document on stdout. */
export function printJson(value: unknown): void {
  writeOut(`${JSON.stringify(value, null, 2)}\n`);
}
