import type { GivenFlags } from '../experiment-order.js';
import { BASELINES_FLAG, BASELINES_HELP, INCONCLUSIVE_FLAG, INCONCLUSIVE_HELP } from '../flags.js';
import { collect, printJson, type DeclareVerb } from '../verb.js';

/** `plimsoll compare`: the arms of a scenario run in turn, or runs that were made before, from their records alone. */
export const declareCompare: DeclareVerb = (program, done) => {
  program
    .command('compare')
    .description('compare the arms of a scenario, or runs that were made before; the verdict is the exit code')
    .argument(
      '<what...>',
      'a scenario file with arms; or DIR or NAME=DIR: runs, folders of runs, or one experiment, the reference first',
    )
    .option('--profile <name>', 'apply a profile of the scenario')
    .option('--baseline <what>', 'the reference, as an arm: git:REF, a profile, or a scenario whose stack it takes')
    .option('--candidate <what>', 'the arm candidate, likewise')
    .option('--arm <name=what>', 'an arm of any name, likewise (repeatable)', collect, [])
    .option('--set <path=value>', 'override one value, e.g. trials.pairs=5 (repeatable)', collect, [])
    .option('--seed <number>', 'seed of the order, and of the arrivals and arguments of each row of trials')
    .option('--explain', 'print arms, order, duration and detectable effect, and run nothing')
    .option('--resume <folder>', 'finish an experiment that was interrupted')
    .option('--repeat-disturbed <number>', 'run a row of trials again, so often in all, when others used the CPU')
    .option('--within <duration>', 'begin no such repetition later than this (default: 10m)')
    .option('--wait-until-quiet <duration>', 'before each trial, wait until others leave the CPU alone; so long in all')
    .option(
      '--gate <text>',
      'a limit: "{ metric: response-time, stat: p99, max-increase: 10% }" (repeatable)',
      collect,
      [],
    )
    .option(BASELINES_FLAG, BASELINES_HELP)
    .option(INCONCLUSIVE_FLAG, INCONCLUSIVE_HELP)
    .option('--variable <field>', 'a field of the environment that the arms differ in on purpose', collect, [])
    .option(
      '--out <folder>',
      'of a scenario: where experiments go (default: reports/experiments); else: of the comparison',
    )
    .option('--toxiproxy <url>', 'use the toxiproxy-server at this address')
    .option('--fault-engine <which>', 'embedded (the default), or real (toxiproxy-server on PATH)')
    .option('--quiet', 'no progress')
    .option('--json', 'print the comparison as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ plimsoll compare scenarios/compare.yaml --explain        the order of the trials, and what they could show
  $ plimsoll compare scenarios/compare.yaml                  the trials in turn, then the verdict
  $ plimsoll compare my.yaml --baseline git:v1.2 --candidate git:HEAD
                                                             two commits of this repository
  $ plimsoll compare before=DIR after=DIR                    runs that were made before`,
    )
    .action(async (words: readonly string[], flags: GivenFlags) => {
      const { scenarioFileOf } = await import('../compared-runs.js');
      const file = scenarioFileOf(words);
      if (file !== null) {
        const { conductAndCompare } = await import('../conduct-experiment.js');
        const { experimentOrder } = await import('../experiment-order.js');
        done(await conductAndCompare(experimentOrder(file, flags)));
        return;
      }
      const { refuseTrialOptions } = await import('../experiment-order.js');
      refuseTrialOptions(flags);
      const { compareAndWrite, compareOrder } = await import('../compare-outputs.js');
      const { comparison, exitCode, print } = await compareAndWrite(words, compareOrder(flags));
      if (flags.json) printJson(comparison);
      else print();
      done(exitCode);
    });
};
