/**
 * Flags of the verbs that run one scenario, with one wording. Nothing is imported that `--help` would wait for; what
 * they mean is `readOptionsOf` in `choices.ts`.
 */
import type { Command } from 'commander';
import { collect } from './verb.js';

/** Which scenario is run, with what changed, and where its runs go. */
export interface ScenarioFlags {
  readonly profile?: string;
  readonly arm?: string;
  readonly set: readonly string[];
  readonly seed?: string;
  readonly workers?: string;
  readonly out: string;
  readonly defaultGates: boolean;
}

export function declareScenarioFlags(command: Command): Command {
  return command
    .option('--profile <name>', 'apply a profile of the scenario')
    .option('--arm <name>', 'run one arm of an experiment')
    .option('--set <path=value>', 'override one value, e.g. phases.0.for=2s (repeatable)', collect, [])
    .option('--seed <number>', 'seed of arrivals, arguments, jitter and mocks')
    .option('--workers <number>', 'threads that share the load (generator.workers)')
    .option('--out <folder>', 'where run directories go', 'reports/runs')
    .option('--no-default-gates', 'without gates, demand nothing (default-gates: false)');
}

/** What is printed of a run. */
export interface PrintingFlags {
  readonly quiet?: true;
  readonly json?: true;
}

export function declarePrintingFlags(command: Command): Command {
  return command.option('--quiet', 'no progress').option('--json', 'print the summary as JSON');
}
