import { EXIT } from '../../problem/index.js';
import { printJson, type DeclareVerb } from '../verb.js';

interface Flags {
  readonly recover?: true;
  readonly out?: string;
  readonly json?: true;
  readonly open?: true;
}

/** `plimsoll report DIR`: everything derived, made again from the record alone. */
export const declareReport: DeclareVerb = (program, done) => {
  program
    .command('report')
    .description('make summary and report again from run records, without running anything')
    .argument('<dir...>', 'run directories')
    .option('--recover', 'read the spool of a run that was killed, and finish its record')
    .option('--out <folder>', 'write there instead of into the run directory (for one run)')
    .option('--json', 'print the summaries as JSON')
    .option('--open', 'open the reports')
    .action(async (dirs: readonly string[], flags: Flags) => {
      const { ProblemError } = await import('../../problem/index.js');
      if (flags.out !== undefined && dirs.length > 1) {
        throw new ProblemError('bad-input', [
          { code: 'one-run', what: '--out takes one run directory', remedy: 'call it once for each run' },
        ]);
      }
      const { readRecord, recoverRecord } = await import('../../record/index.js');
      const { analyseRecord, printRunResult, writeOutputs } = await import('../outputs.js');
      const { openReport } = await import('../open-report.js');
      const summaries = [];
      for (const dir of dirs) {
        const record = flags.recover ? await recoverRecord(dir) : await readRecord(dir);
        const result = analyseRecord(record);
        const path = await writeOutputs(result, flags.out ?? dir);
        summaries.push({ dir, report: path, summary: result.view.analysis.summary });
        if (!flags.json) printRunResult(result, path);
        if (flags.open) await openReport(path);
      }
      if (flags.json) printJson({ schema: 'plimsoll/report-v1', runs: summaries });
      done(EXIT.pass);
    });
};
