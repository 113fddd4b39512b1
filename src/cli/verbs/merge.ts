import { INCONCLUSIVE_FLAG, INCONCLUSIVE_HELP } from '../flags.js';
import type { DeclareVerb } from '../verb.js';

interface Flags {
  readonly out: string;
  readonly name?: string;
  readonly inconclusive?: string;
  readonly json?: true;
  readonly open?: true;
}

/** `plimsoll merge DIR...`: the records of all shards of a run as one ordinary record, with its report. */
export const declareMerge: DeclareVerb = (program, done) => {
  program
    .command('merge')
    .description('put the records of all shards of a run together, and report and judge it as any other run')
    .argument('<dir...>', 'folders of shards, or the folder that holds them')
    .option('--out <folder>', 'where run directories go', 'reports/runs')
    .option('--name <name>', 'name of the run directory there (default: by time, scenario and id)')
    .option(INCONCLUSIVE_FLAG, INCONCLUSIVE_HELP)
    .option('--json', 'print the summary as JSON')
    .option('--open', 'open the report')
    .addHelpText(
      'after',
      `
Examples:
  $ plimsoll merge reports/runs/nightly-7               all shards of the group nightly-7
  $ plimsoll merge shard-0 shard-1 shard-2 --out merged

Exit codes: those of "run". A run without one of its shards is invalid (4).`,
    )
    .action(async (dirs: readonly string[], flags: Flags) => {
      const { inconclusiveOf } = await import('../inconclusive.js');
      const { mergeAndReport } = await import('../merge-report.js');
      const inconclusive = inconclusiveOf(flags.inconclusive);
      const order = {
        folders: dirs,
        parentFolder: flags.out,
        ...(flags.name === undefined ? {} : { folder: flags.name }),
      };
      done(await mergeAndReport(order, { json: flags.json === true, inconclusive, opens: flags.open === true }));
    });
};
