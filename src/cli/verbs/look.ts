import { EXIT, type ExitCode } from '../../problem/index.js';
import { withTargetFlags, type TargetFlags } from '../discovery-flags.js';
import type { DeclareVerb } from '../verb.js';
import { writeErr, writeOut } from '../streams.js';

interface Flags extends TargetFlags {
  readonly out: string;
  readonly json?: true;
  readonly open?: true;
}

/** A first look that ended so is invalid or was cut short. */
const NO_NUMBERS: ReadonlySet<ExitCode> = new Set([EXIT.invalid, EXIT.interrupted, EXIT.terminated]);

/** `plimsoll URL` and `plimsoll -- COMMAND`: how does this server do? */
export const declareLook: DeclareVerb = (program, done) => {
  const command = program
    .command('look')
    .usage('[options] <url>   or   look [options] -- <command> [arguments...]')
    .description('a first look at a server: plimsoll URL, or plimsoll -- COMMAND; idle latency, load line, report')
    .argument('[target...]', 'address of a server, or behind -- the command of one that speaks over stdio');
  withTargetFlags(command)
    .option('--out <folder>', 'where run directories go', 'reports/runs')
    .option('--json', 'print the summary as JSON')
    .option('--open', 'open the report')
    .addHelpText(
      'after',
      `
Only tools that say of themselves that they change nothing (readOnlyHint) are called, each with arguments made from its
schema; --tool names others. Load stays on this machine without --allow-remote. It takes a minute at most.

Examples:
  $ plimsoll http://127.0.0.1:3000/mcp
  $ plimsoll --tool search -- npx my-mcp-server`,
    )
    .action(async (words: readonly string[], flags: Flags) => {
      const { coverageText, discovered, typedBy } = await import('../discovery.js');
      const { runFirstLook } = await import('../first-look.js');
      const found = await discovered(words, flags, 'plimsoll');
      if (found === null) {
        writeErr('interrupted before anything was measured; nothing was kept\n');
        done(EXIT.interrupted);
        return;
      }
      const isJson = flags.json === true;
      const { exitCode, dir } = await runFirstLook({
        ...{ ...found, out: flags.out, quiet: flags.quiet === true, json: isJson },
        ...{ prints: true, opens: flags.open === true },
      });
      const { commandLine } = await import('../../discover/index.js');
      const own = [...(dir === null ? [] : ['--from', dir]), '-o', 'server.yaml'];
      // A scenario takes no numbers from such a run.
      const hasNoNumbers = NO_NUMBERS.has(exitCode);
      const purpose = hasNoNumbers
        ? 'take the first look again: this one has no numbers that a scenario could use'
        : 'write this as a scenario of your own, with comments, a fault and gates';
      const typed = hasNoNumbers ? typedBy('plimsoll', flags) : typedBy('plimsoll init', flags, own);
      const next = `\nnext: ${purpose}:\n  ${commandLine(typed, found.discovery.target)}\n`;
      (isJson ? writeErr : writeOut)(`\n${coverageText(found.discovery)}${next}`);
      done(exitCode);
    });
};
