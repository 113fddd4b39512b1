/**
 * The command `plimsoll`: on top of every room, imported by none.
 *
 * Owns flags, help, exit codes, what goes to stdout and stderr, and signals. Each verb is one file that declares its
 * flags and hands over; what a verb needs is imported when it runs, so that `--help` stays fast. Does not own: any
 * work.
 */
import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../package/index.js';
import { EXIT, ProblemError, type ExitCode } from '../problem/index.js';
import { endWith } from './ending.js';
import { outOfFilesProblem, tooFewFiles } from './open-files.js';
import { printBug, printProblems } from './print.js';
import { guardStreams, writeErr, writeOut } from './streams.js';
import { declareBaseline } from './verbs/baseline.js';
import { declareCompare } from './verbs/compare.js';
import { declareDoctor } from './verbs/doctor.js';
import { declareGate } from './verbs/gate.js';
import { declareMock } from './verbs/mock.js';
import { declareProxy } from './verbs/proxy.js';
import { declareReport } from './verbs/report.js';
import { declareRun } from './verbs/run.js';
import { declareRuns } from './verbs/runs.js';
import { declareSchema } from './verbs/schema.js';
import { declareValidate } from './verbs/validate.js';

const { version } = JSON.parse(readFileSync(`${PACKAGE_ROOT}package.json`, 'utf8')) as { version: string };

async function main(argv: readonly string[]): Promise<ExitCode> {
  const tooFew = tooFewFiles();
  if (tooFew !== null) {
    printProblems([tooFew], { json: argv.includes('--json') });
    return EXIT.preflight;
  }
  let exitCode: ExitCode = EXIT.pass;
  const done = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = new Command('plimsoll')
    .description('The load line for MCP stacks: load-test MCP servers and gateways with numbers that can be trusted.')
    .version(version, '-V, --version')
    .configureHelp({ sortSubcommands: false, sortOptions: true })
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ writeOut, writeErr })
    .addHelpText(
      'after',
      `
Examples:
  $ plimsoll run quickstart                         a run from start to report
  $ plimsoll run my.yaml --explain                  what would be sent, without sending anything
  $ plimsoll doctor                                 is this machine fit to measure?
  $ plimsoll report reports/runs/<run>              the report again, from the record alone
  $ plimsoll gate reports/runs/<run>                the verdict again, as an exit code
  $ plimsoll compare before=DIR after=DIR           runs held against each other

Exit codes: 0 pass, 99 gate failed, 75 inconclusive, 74 output not written, 4 run invalid, 3 preflight failed,
2 bad input, 1 bug, 130/143 interrupted.`,
    );
  for (const declare of [
    declareRun,
    declareValidate,
    declareReport,
    declareGate,
    declareCompare,
    declareBaseline,
    declareRuns,
    declareDoctor,
    declareMock,
    declareProxy,
    declareSchema,
  ]) {
    declare(program, done);
  }
  for (const command of program.commands) for (const each of [command, ...command.commands]) each.exitOverride();
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.pass : EXIT.badInput;
    if (thrown instanceof ProblemError) {
      printProblems(thrown.problems, { json: argv.includes('--json') });
      return thrown.exitCode;
    }
    const outOfFiles = outOfFilesProblem(thrown);
    if (outOfFiles !== null) {
      printProblems([outOfFiles], { json: argv.includes('--json') });
      return EXIT.preflight;
    }
    printBug(thrown, version);
    return EXIT.bug;
  }
}

guardStreams();
void main(process.argv).then(endWith);
