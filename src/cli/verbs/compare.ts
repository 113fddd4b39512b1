import { collect, printJson, type DeclareVerb } from '../verb.js';

interface Flags {
  readonly gate: readonly string[];
  readonly variable: readonly string[];
  readonly out?: string;
  readonly json?: true;
}

/** `plimsoll compare DIR DIR...`: runs held against each other, from their records alone. */
export const declareCompare: DeclareVerb = (program, done) => {
  program
    .command('compare')
    .description('compare runs of the same scenario, or the arms of an experiment; the verdict is the exit code')
    .argument('<dir...>', 'DIR or NAME=DIR: runs, folders of runs, or one experiment; the first is the reference')
    .option(
      '--gate <text>',
      'a limit: "{ metric: response-time, stat: p99, max-increase: 10% }" (repeatable)',
      collect,
      [],
    )
    .option('--variable <field>', 'a field of the environment that the arms differ in on purpose', collect, [])
    .option('--out <folder>', 'write comparison.json and comparison.md there (default: into an experiment)')
    .option('--json', 'print the comparison as JSON')
    .action(async (words: readonly string[], flags: Flags) => {
      const { compareAndWrite } = await import('../compare-outputs.js');
      const { comparison, exitCode, print } = await compareAndWrite(words, flags);
      if (flags.json) printJson(comparison);
      else print();
      done(exitCode);
    });
};
