import { EXIT } from '../../problem/index.js';
import { collect, printJson, type DeclareVerb } from '../verb.js';
import { writeOut } from '../streams.js';

interface Flags {
  readonly profile?: string;
  readonly set: readonly string[];
  readonly json?: true;
}

/** `plimsoll validate FILE...`: every problem of a scenario at once; sends nothing. */
export const declareValidate: DeclareVerb = (program, done) => {
  program
    .command('validate')
    .description('check scenario files and report every problem with its place')
    .argument('<file...>', 'scenario files, or names of those that are shipped')
    .option('--profile <name>', 'apply a profile of the scenario')
    .option('--set <path=value>', 'override one value, e.g. phases.0.for=2s (repeatable)', collect, [])
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Environment variables and secrets that are not set are warnings here; a run needs them.`,
    )
    .action(async (files: readonly string[], flags: Flags) => {
      const { validateScenario } = await import('../../scenario/index.js');
      const { ProblemError } = await import('../../problem/index.js');
      const { scenarioFile } = await import('../shipped.js');
      const { printProblems, printWarnings } = await import('../print.js');
      const problems = [];
      const good = [];
      const unset = [];
      for (const file of files) {
        try {
          const options = { set: flags.set, ...(flags.profile === undefined ? {} : { profile: flags.profile }) };
          const { problems: own, ...validated } = validateScenario(scenarioFile(file), options);
          problems.push(...own);
          if (own.length === 0) good.push({ file, ...validated });
          else unset.push(...validated.warnings);
        } catch (thrown) {
          if (!(thrown instanceof ProblemError)) throw thrown;
          problems.push(...thrown.problems);
        }
      }
      if (flags.json) printJson({ schema: 'plimsoll/validate-v1', valid: good, problems });
      else {
        for (const { file, name, digest, warnings, arms } of good) {
          const compared = arms.length === 0 ? '' : `, arms ${arms.join(', ')}`;
          const known =
            name === null || digest === null
              ? ' as far as is known without the values of its variables'
              : ` (${name}, digest ${digest.slice(0, 12)}${compared})`;
          writeOut(`${file}: valid${known}\n`);
          printWarnings(warnings);
        }
        printProblems(problems, { json: false });
        printWarnings(unset);
      }
      done(problems.length === 0 ? EXIT.pass : EXIT.badInput);
    });
};
