import type { DeclareVerb } from '../verb.js';

/** `plimsoll proxy`: the embedded fault engine alone, with the real server's flags, for any Toxiproxy client. */
export const declareProxy: DeclareVerb = (program, done) => {
  program
    .command('proxy')
    .description('serve the embedded Toxiproxy alone; takes toxiproxy-server flags (-host, -port, -config, -seed)')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async (_flags: unknown, command: { readonly args: readonly string[] }) => {
      const { runEmbeddedServer } = await import('../../toxiproxy/index.js');
      done(await runEmbeddedServer(command.args));
    });
};
