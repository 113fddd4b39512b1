import { EXIT } from '../../problem/index.js';
import { withTargetFlags, type TargetFlags } from '../discovery-flags.js';
import type { DeclareVerb } from '../verb.js';
import { writeErr } from '../streams.js';

interface Flags extends TargetFlags {
  readonly output?: string;
  readonly from?: string;
  readonly measure: boolean;
  readonly force?: true;
  readonly out: string;
}

/** `plimsoll init URL`: from a live server to a scenario file. */
export const declareInit: DeclareVerb = (program, done) => {
  const command = program
    .command('init')
    .usage('[options] <url>   or   init [options] -- <command> [arguments...]')
    .description('write a scenario for a live server: its tools, arguments, expectations, phases, a fault, gates')
    .argument('[target...]', 'address of a server, or behind -- the command of one that speaks over stdio');
  withTargetFlags(command)
    .option('-o, --output <file>', 'the file to write; without it the scenario is printed')
    .option('--from <dir>', 'take the numbers from the first look in this run directory')
    .option('--no-measure', 'without a first look: no load line, and gates that need no numbers')
    .option('--force', 'replace the file if there is one')
    .option('--out <folder>', 'where the run directory of the first look goes', 'reports/runs')
    .addHelpText(
      'after',
      `
Takes a first look at the server (about a minute), unless one is named with --from, and sets the gates from it.

Examples:
  $ plimsoll init -o server.yaml http://127.0.0.1:3000/mcp
  $ plimsoll init --from reports/runs/latest -o server.yaml http://127.0.0.1:3000/mcp
  $ plimsoll init -o server.yaml -- npx my-mcp-server`,
    )
    .action(async (words: readonly string[], flags: Flags) => {
      const { interrupted, writeInitial } = await import('../initial.js');
      const exitCode = await writeInitial(words, flags);
      if (exitCode === interrupted) writeErr('interrupted; no scenario was written\n');
      done(exitCode === interrupted ? EXIT.interrupted : exitCode);
    });
};
