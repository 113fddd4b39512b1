import { EXIT } from '../../problem/index.js';
import { printJson, type DeclareVerb } from '../verb.js';

/** `plimsoll schema`: the JSON Schema of scenario files, for editors. */
export const declareSchema: DeclareVerb = (program, done) => {
  program
    .command('schema')
    .description('print the JSON Schema of scenario files, or write it to a folder')
    .option('--write <folder>', 'write scenario-v1.json there instead of printing it')
    .action(async (flags: { readonly write?: string }) => {
      const { scenarioJsonSchema } = await import('../../scenario/index.js');
      const schema = scenarioJsonSchema();
      if (flags.write === undefined) printJson(schema);
      else {
        const { writeTextFile } = await import('../files.js');
        await writeTextFile(flags.write, 'scenario-v1.json', `${JSON.stringify(schema, null, 2)}\n`);
      }
      done(EXIT.pass);
    });
};
