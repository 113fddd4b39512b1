import { EXIT } from '../../problem/index.js';
import type { DeclareVerb } from '../verb.js';

interface Flags {
  readonly format?: string;
  readonly out?: string;
}

/** `plimsoll export DIR --format NAME`: the numbers of a run for other programs. */
export const declareExport: DeclareVerb = (program, done) => {
  program
    .command('export')
    .description('write the numbers of a run for other programs, from its record alone')
    .argument('<dir>', 'run directory')
    .option(
      '--format <name>',
      'otlp (metrics of OpenTelemetry as JSON), openmetrics, grafana (a dashboard over openmetrics), csv, benchmark, ' +
        'junit or markdown',
    )
    .option('--out <file>', 'write there instead of to stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ plimsoll export reports/runs/latest --format csv --out numbers.csv
  $ plimsoll export reports/runs/latest --format otlp | curl --json @- http://127.0.0.1:4318/v1/metrics`,
    )
    .action(async (dir: string, { format, out }: Flags) => {
      const { exportedText } = await import('../export-run.js');
      const text = await exportedText(dir, format);
      if (out === undefined) (await import('../streams.js')).writeOut(text);
      else {
        const { requireFolder } = await import('../choices.js');
        requireFolder('--out', out);
        await (await import('../../record/index.js')).writeWhole(out, text);
      }
      done(EXIT.pass);
    });
};
