/**
 * The command `plimsoll`: on top of every room, imported by none.
 *
 * Owns flags, help, exit codes, what goes to stdout and stderr, and signals. Each verb is one file that declares its
 * flags and hands over; what a verb needs is imported when it runs, so that `--help` stays fast. Does not own: any
 * work.
 */
import { Command, CommanderError, Help, type Option } from 'commander';
import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../package/index.js';
import { EXIT, ProblemError, type ExitCode } from '../problem/index.js';
import { endWith } from './ending.js';
import { outOfFilesProblem, tooFewFiles } from './open-files.js';
import { printBug, printProblems } from './print.js';
import { guardStreams, writeErr, writeOut } from './streams.js';
import { unknownCommand } from './unknown-command.js';
import { declareBaseline } from './verbs/baseline.js';
import { declareCompare } from './verbs/compare.js';
import { declareCompletion } from './verbs/completion.js';
import { declareDistribute } from './verbs/distribute.js';
import { declareDoctor } from './verbs/doctor.js';
import { declareExamples } from './verbs/examples.js';
import { declareExport } from './verbs/export.js';
import { declareGate } from './verbs/gate.js';
import { declareHistory } from './verbs/history.js';
import { declareInit } from './verbs/init.js';
import { declareLook } from './verbs/look.js';
import { declareMerge } from './verbs/merge.js';
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
    .configureHelp({ sortSubcommands: false, sortOptions: true, optionDescription })
    .showSuggestionAfterError(true)
    .showHelpAfterError('  hint: add --help to see arguments, options and examples')
    .exitOverride()
    .configureOutput({ writeOut, writeErr, outputError: (text, write) => write(text.replace(/^error: /, 'error ')) })
    .addHelpText(
      'after',
      `
Examples:
  $ plimsoll http://127.0.0.1:3000/mcp              how does this server do? A first look, in a minute
  $ plimsoll -- npx my-mcp-server                   the same over stdio
  $ plimsoll init -o my.yaml http://127.0.0.1:3000/mcp   a scenario for it, to edit
  $ plimsoll run quickstart                         a run from start to report
  $ plimsoll run my.yaml --explain                  what would be sent, without sending anything
  $ plimsoll doctor                                 is this machine fit to measure?
  $ plimsoll report reports/runs/<run>              the report again, from the record alone
  $ plimsoll gate reports/runs/<run>                the verdict again, as an exit code
  $ plimsoll compare before=DIR after=DIR           runs held against each other
  $ plimsoll history my-scenario                    its numbers over all runs that are kept

Exit codes: 0 pass, 99 gate failed, 75 inconclusive, 74 output not written, 4 run invalid, 3 preflight failed,
2 bad input, 1 bug, 130/143 interrupted.`,
    );
  for (const declare of [
    declareLook,
    declareInit,
    declareRun,
    declareValidate,
    declareReport,
    declareExport,
    declareGate,
    declareCompare,
    declareHistory,
    declareBaseline,
    declareMerge,
    declareDistribute,
    declareRuns,
    declareDoctor,
    declareMock,
    declareProxy,
    declareSchema,
    declareExamples,
    declareCompletion,
  ]) {
    declare(program, done);
  }
  for (const command of program.commands) for (const each of [command, ...command.commands]) each.exitOverride();
  try {
    await program.parseAsync(withVerb(argv, program));
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

/** An option that may be repeated has an empty list for its default, which says nothing to a reader of the help. */
function optionDescription(this: Help, option: Option): string {
  const saysNothing = Array.isArray(option.defaultValue) && option.defaultValue.length === 0;
  return saysNothing ? option.description : Help.prototype.optionDescription.call(this, option);
}

/**
 * `plimsoll URL` and `plimsoll -- COMMAND` are short for `plimsoll look ...`.
 * @throws ProblemError (`bad-input`) where the first word is no command and no word is a target.
 */
function withVerb(argv: readonly string[], program: Command): readonly string[] {
  const [node = '', script = '', ...words] = argv;
  const [first = ''] = words;
  const commands = ['help', ...program.commands.map((command) => command.name())];
  const isTarget = (word: string): boolean =>
    word === '--' || /^https?:\/\//i.test(word) || /^(?:localhost|[\w.-]+|\[[0-9a-f:]+\]):\d+(?:\/|$)/i.test(word);
  if (commands.includes(first)) return argv;
  if (words.some(isTarget)) return [node, script, 'look', ...words];
  if (first === '' || first.startsWith('-')) return argv;
  throw new ProblemError('bad-input', unknownCommand(words, commands));
}

guardStreams();
void main(process.argv).then(endWith);
