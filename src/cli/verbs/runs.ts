import { BASELINES_FLAG, BASELINES_HELP } from '../flags.js';
import type { DeclareVerb } from '../verb.js';
import type { ListFlags, PruneFlags } from '../kept-records.js';

/** `plimsoll runs [list|prune]`: the records that are kept, by age, number and size; without a word they are listed. */
export const declareRuns: DeclareVerb = (program, done) => {
  const runs = program.command('runs').description('list the runs and experiments that are kept, or remove old ones');
  runs
    .command('list', { isDefault: true })
    .description('list records, the oldest first; "plimsoll runs" alone does the same')
    .argument('[folder...]', 'folders of records (default: reports/runs reports/experiments)')
    .option(BASELINES_FLAG, BASELINES_HELP)
    .option('--json', 'print the list as JSON')
    .action(async (folders: readonly string[], flags: ListFlags) => {
      const { listKept } = await import('../kept-records.js');
      done(await listKept(folders, flags));
    });
  runs
    .command('prune')
    .description('say which records would be removed; with --yes, remove them')
    .argument('[folder...]', 'folders of records (default: reports/runs reports/experiments)')
    .option('--older-than <age>', 'remove what began longer ago, e.g. 12h, 30d')
    .option('--keep <number>', 'remove all but so many of the newest')
    .option('--max-size <size>', 'remove the oldest until the rest is not larger, e.g. 2GiB')
    .option('--yes', 'remove them')
    .option(BASELINES_FLAG, `${BASELINES_HELP}; their runs are kept`)
    .option('--json', 'print what was removed as JSON')
    .addHelpText(
      'after',
      `
What runs, and runs that a stored baseline holds, are never removed. A record is removed when any of the limits says so.

Examples:
  $ plimsoll runs prune --older-than 30d --keep 50          what would go
  $ plimsoll runs prune --max-size 2GiB --yes               removes the oldest`,
    )
    .action(async (folders: readonly string[], flags: PruneFlags) => {
      const { pruneKept } = await import('../kept-records.js');
      done(await pruneKept(folders, flags));
    });
};
