import type { Check, CheckStatus, DoctorReport } from '../../calibration/index.js';
import { EXIT, ProblemError } from '../../problem/index.js';
import { collect, printJson, type DeclareVerb } from '../verb.js';
import { writeErr, writeOut } from '../streams.js';

interface Flags {
  readonly profile?: string;
  readonly set: readonly string[];
  readonly toxiproxy?: string;
  readonly faultEngine: string;
  readonly quiet?: true;
  readonly json?: true;
}

/** `plimsoll doctor [FILE]`: is this machine fit to measure, and is the scenario's target there? */
export const declareDoctor: DeclareVerb = (program, done) => {
  program
    .command('doctor')
    .description('is this machine fit to measure? With a scenario: does its stack come up, does its target answer?')
    .argument(
      '[file]',
      'scenario file: its stack is brought up, each of its calls made once, and all of it taken down again',
    )
    .option('--profile <name>', 'apply a profile of the scenario')
    .option('--set <path=value>', 'override one value, e.g. phases.0.for=2s (repeatable)', collect, [])
    .option('--toxiproxy <url>', 'use the toxiproxy-server at this address')
    .option('--fault-engine <which>', 'embedded, or real (toxiproxy-server on PATH)', 'embedded')
    .option('--quiet', 'no progress')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ plimsoll doctor                                 this machine: limits, clock, noise, and the load it can offer
  $ plimsoll doctor scenarios/quickstart.yaml       and whether this scenario could run on it

Exit codes: 0 no check failed, 3 a check failed, 2 bad input, 130/143 interrupted.`,
    )
    .action(async (file: string | undefined, flags: Flags) => {
      const { readScenario } = await import('../../scenario/index.js');
      const { scenarioFile } = await import('../shipped.js');
      const { engineChoice } = await import('../choices.js');
      const engine = engineChoice(flags);
      const lost = [
        ...(flags.profile === undefined ? [] : ['--profile']),
        ...(flags.set.length === 0 ? [] : ['--set']),
      ].join(' and ');
      if (file === undefined && lost !== '')
        throw new ProblemError('bad-input', [
          {
            code: 'no-scenario',
            what: `${lost} without a scenario file`,
            remedy: 'name the file it is for: plimsoll doctor FILE',
          },
        ]);
      const read =
        file === undefined
          ? null
          : readScenario(scenarioFile(file), {
              set: flags.set,
              ...(flags.profile === undefined ? {} : { profile: flags.profile }),
            });
      const { examine } = await import('../../calibration/index.js');
      const { startProgress } = await import('../progress.js');
      const { listenForInterruption } = await import('../signals.js');
      const progress = startProgress(() => null, flags.quiet === true);
      const interruption = listenForInterruption(() =>
        progress.note('stopping: everything that was started is ended (again to stop at once)'),
      );
      let report: DoctorReport | null;
      try {
        report = await examine({
          read,
          engine,
          environment: process.env,
          interrupt: interruption.signal,
          onEmergency: interruption.onEmergency,
          listener: progress,
        });
      } finally {
        progress.end();
        interruption.dispose();
      }
      if (report === null) {
        writeErr('interrupted: this machine was not judged\n');
        done(interruption.exitCode() ?? EXIT.interrupted);
        return;
      }
      if (flags.json) printJson(report);
      else await printReport(report);
      done(report.fit ? EXIT.pass : EXIT.preflight);
    });
};

async function printReport(report: DoctorReport): Promise<void> {
  const { createColors } = await import('picocolors');
  const { printable, stdoutColor } = await import('../print.js');
  const c = createColors(stdoutColor());
  const marks: Readonly<Record<CheckStatus, string>> = {
    ok: c.green('ok  '),
    unknown: c.dim('--  '),
    warn: c.yellow('warn'),
    fail: c.red('fail'),
  };
  const width = Math.max(...report.checks.map(({ id }) => id.length));
  const line = (check: Check): string => {
    const first = `${marks[check.status]}  ${c.bold(check.id.padEnd(width))}  ${printable(check.saw)}`;
    return 'remedy' in check ? `${first}\n      ${c.cyan('hint:')} ${printable(check.remedy)}` : first;
  };
  const count = (status: CheckStatus): number => report.checks.filter((check) => check.status === status).length;
  const counts = `${count('fail')} failed, ${count('warn')} warnings, ${count('ok')} ok`;
  const verdict = report.fit ? c.green(`fit to measure (${counts})`) : c.red(`not fit to measure (${counts})`);
  writeOut(`${report.checks.map(line).join('\n')}\n\n${verdict}\n`);
}
