import type { Command } from 'commander';
import { EXIT, ProblemError, suggestion } from '../../problem/index.js';
import { writeOut } from '../streams.js';
import type { DeclareVerb } from '../verb.js';
import type { CommandTree, OptionWords } from '../completion.js';

/** `plimsoll completion SHELL`: what the shell needs to complete the command. */
export const declareCompletion: DeclareVerb = (program, done) => {
  program
    .command('completion')
    .description('print the completion script of a shell: bash, zsh or fish')
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell: string) => {
      const { SHELLS } = await import('../completion.js');
      const { shippedNames } = await import('../shipped.js');
      const names = Object.keys(SHELLS);
      const script = Object.entries(SHELLS).find(([name]) => name === shell)?.[1];
      if (script === undefined)
        throw new ProblemError('bad-input', {
          code: 'unknown-shell',
          what: `there is no completion for "${shell}"`,
          remedy: suggestion(shell, names, 'shells'),
        });
      writeOut(script(treeOf(program, { run: shippedNames(), compare: shippedNames(), completion: names })));
      done(EXIT.pass);
    });
};

function treeOf(program: Command, words: Readonly<Record<string, readonly string[]>>): CommandTree {
  return {
    options: [...optionsOf(program), HELP],
    verbs: program.commands.map((command) => ({
      name: command.name(),
      description: command.description(),
      options: [...optionsOf(command), HELP],
      words: words[command.name()] ?? [],
    })),
  };
}

const HELP: OptionWords = { long: '--help', short: '-h', takesValue: false, description: 'display help' };

function optionsOf(command: Command): readonly OptionWords[] {
  return command.options.flatMap(({ long, short, required, optional, description }) =>
    long == null ? [] : [{ long, short: short ?? null, takesValue: required || optional, description }],
  );
}
