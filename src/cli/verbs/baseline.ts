import { BASELINES_FLAG, BASELINES_HELP } from '../flags.js';
import type { DeclareVerb } from '../verb.js';
import type { BaselineListFlags, BaselinePruneFlags, BaselineShowFlags } from '../baseline-files.js';

/** `plimsoll baseline add|list|show|prune`: stored runs that later ones are held against. */
export const declareBaseline: DeclareVerb = (program, done) => {
  const baseline = program
    .command('baseline')
    .description('store runs as a baseline for gates "versus: baseline", and see what it can show')
    .addHelpText(
      'after',
      `
A baseline is a small JSON file for each scenario, machine and version of plimsoll; keep it in the repository. Five runs
of different hours or days are needed: runs of the same hour count once, since they share the state of the machine.

Examples:
  $ plimsoll baseline add reports/runs/<run>
  $ plimsoll baseline show
  $ plimsoll run my.yaml --gate "{ metric: response-time, stat: p99, versus: baseline, max-increase: 40% }"`,
    );
  baseline
    .command('add')
    .description('add runs to the baseline of their scenario, machine and version')
    .argument('<dir...>', 'run directories, or folders of them')
    .option(BASELINES_FLAG, BASELINES_HELP)
    .option('--json', 'print the baselines as JSON')
    .action(async (dirs: readonly string[], flags: BaselineListFlags) => {
      const { addToBaselines } = await import('../baseline-files.js');
      done(await addToBaselines(dirs, flags));
    });
  baseline
    .command('list')
    .description('list the stored baselines')
    .option(BASELINES_FLAG, BASELINES_HELP)
    .option('--json', 'print the list as JSON')
    .action(async (flags: BaselineListFlags) => {
      const { listBaselines } = await import('../baseline-files.js');
      done(await listBaselines(flags));
    });
  baseline
    .command('show')
    .description('show what a baseline expects of another run, and what it can see')
    .argument('[which]', 'a baseline file, or the beginning of its name; needed where there are several')
    .option(BASELINES_FLAG, BASELINES_HELP)
    .option('--all', 'every number, and not only response times, goodput and misses')
    .option('--json', 'print it as JSON')
    .action(async (which: string | undefined, flags: BaselineShowFlags) => {
      const { showBaseline } = await import('../baseline-files.js');
      done(await showBaseline(which, flags));
    });
  baseline
    .command('prune')
    .description('say which runs would be removed from the baselines; with --yes, remove them')
    .option('--older-than <age>', 'remove runs that began longer ago, e.g. 90d')
    .option('--keep <number>', 'remove all but so many of the newest runs of each baseline')
    .option('--other-versions', 'remove baselines of other versions of plimsoll')
    .option('--yes', 'remove them')
    .option(BASELINES_FLAG, BASELINES_HELP)
    .option('--json', 'print what was removed as JSON')
    .action(async (flags: BaselinePruneFlags) => {
      const { pruneBaselines } = await import('../baseline-files.js');
      done(await pruneBaselines(flags));
    });
};
