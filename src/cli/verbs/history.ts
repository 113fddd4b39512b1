import type { HistoryFlags } from '../run-history.js';
import { collect, type DeclareVerb } from '../verb.js';

/** `plimsoll history [SCENARIO]`: the numbers of a scenario over the runs that are kept, and where they changed. */
export const declareHistory: DeclareVerb = (program, done) => {
  program
    .command('history')
    .description('show the numbers of a scenario over its runs, and where their level changed; runs nothing')
    .argument('[scenario]', 'name or file of the scenario; needed where runs of several are kept')
    .option(
      '--in <folder>',
      'folder of runs or experiments (repeatable; default: reports/runs and reports/experiments)',
      collect,
      [],
    )
    .option(
      '--metric <name>',
      'only this metric, or one statistic of it, e.g. response-time:p99 (repeatable)',
      collect,
      [],
    )
    .option('--last <number>', 'the newest so many runs', '200')
    .option('--out <file>', 'the page (default: reports/history/<scenario>.html)')
    .option('--json', 'print the history as JSON, and write no page')
    .addHelpText(
      'after',
      `
Runs of different machines, scenario texts and arms are kept apart. It takes about six runs before and after a change
to find it.

Examples:
  $ plimsoll history                                      where runs of one scenario are kept
  $ plimsoll history quickstart --metric response-time:p99
  $ plimsoll history my.yaml --in /mnt/ci/runs --out history.html`,
    )
    .action(async (scenario: string | undefined, flags: HistoryFlags) => {
      const { showHistory } = await import('../run-history.js');
      done(await showHistory(scenario, flags));
    });
};
