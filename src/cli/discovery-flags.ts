/** The flags of `plimsoll URL` and `plimsoll init`: apart from their work, so that `--help` stays fast. */
import type { Command } from 'commander';
import { collect } from './verb.js';

export interface TargetFlags {
  readonly tool: readonly string[];
  readonly header: readonly string[];
  readonly allowRemote?: true;
  readonly maxRate?: string;
  readonly seed?: string;
  readonly quiet?: true;
}

/** The flags by which a server is named, and what may be done to it. */
export function withTargetFlags(command: Command): Command {
  return command
    .option('--tool <name[={...}]>', 'call this tool and no other, with these arguments (repeatable)', collect, [])
    .option('--header <name: value>', 'header of every request; secrets as ${secret.NAME} (repeatable)', collect, [])
    .option('--allow-remote', 'let load leave this machine; needs --max-rate')
    .option('--max-rate <rate>', 'highest rate of any phase, such as 50/s')
    .option('--seed <number>', 'seed of the arguments that are made')
    .option('--quiet', 'no progress');
}
