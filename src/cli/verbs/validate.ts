import { EXIT } from '../../problem/index.js';
import type { ReadScenario } from '../../scenario/index.js';
import { collect, printJson, type DeclareVerb } from '../verb.js';
import { writeOut } from '../streams.js';

interface Flags {
  readonly profile?: string;
  readonly set: readonly string[];
  readonly json?: true;
}

const named = ({ scenario: { name }, digest, warnings }: ReadScenario) => ({ name, digest, warnings });

/** `plimsoll validate FILE...`: every problem of a scenario at once; sends nothing. */
export const declareValidate: DeclareVerb = (program, done) => {
  program
    .command('validate')
    .description('check scenario files and report every problem with its place')
    .argument('<file...>', 'scenario files, or names of those that are shipped')
    .option('--profile <name>', 'apply a profile of the scenario')
    .option('--set <path=value>', 'override one value, e.g. phases.0.for=2s (repeatable)', collect, [])
    .option('--json', 'print the result as JSON')
    .action(async (files: readonly string[], flags: Flags) => {
      const { readExperimentScenario, readScenario } = await import('../../scenario/index.js');
      const { ProblemError } = await import('../../problem/index.js');
      const { scenarioFile } = await import('../shipped.js');
      const { printProblems, printWarnings } = await import('../print.js');
      const problems = [];
      const good = [];
      for (const file of files) {
        try {
          const options = { set: flags.set, ...(flags.profile === undefined ? {} : { profile: flags.profile }) };
          const path = scenarioFile(file);
          const experiment = readExperimentScenario(path, options);
          const { name, digest, warnings } = experiment ?? named(readScenario(path, options));
          const arms = experiment?.arms.map((arm) => arm.name) ?? [];
          good.push({ file, name, digest, warnings, arms });
        } catch (thrown) {
          if (!(thrown instanceof ProblemError)) throw thrown;
          problems.push(...thrown.problems);
        }
      }
      if (flags.json) printJson({ schema: 'plimsoll/validate-v1', valid: good, problems });
      else {
        for (const { file, name, digest, warnings, arms } of good) {
          const compared = arms.length === 0 ? '' : `, arms ${arms.join(', ')}`;
          writeOut(`${file}: valid (${name}, digest ${digest.slice(0, 12)}${compared})\n`);
          printWarnings(warnings);
        }
        printProblems(problems, { json: false });
      }
      done(problems.length === 0 ? EXIT.pass : EXIT.badInput);
    });
};
