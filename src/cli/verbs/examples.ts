import { EXIT } from '../../problem/index.js';
import { printJson, type DeclareVerb } from '../verb.js';
import { writeOut } from '../streams.js';

/** `plimsoll examples`: the scenarios that come with the program. */
export const declareExamples: DeclareVerb = (program, done) => {
  program
    .command('examples')
    .description('list the scenarios that are shipped, each with the command that runs it')
    .option('--json', 'print the list as JSON')
    .action(async (flags: { readonly json?: true }) => {
      const { shippedExamples } = await import('../shipped.js');
      const examples = shippedExamples();
      if (flags.json) printJson({ schema: 'plimsoll/examples-v1', examples });
      else {
        const width = Math.max(...examples.map(({ command }) => command.length));
        const rows = examples.map(({ command, description }) => `${command.padEnd(width)}  ${description}`);
        writeOut(
          `${rows.join('\n')}\n\nEach with --explain shows what it would do. What each shows: docs/scenarios.md\n`,
        );
      }
      done(EXIT.pass);
    });
};
