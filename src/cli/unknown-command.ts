/** A first word that is neither a command nor the address of a server: what may have been meant. */
import { statSync, type Stats } from 'node:fs';
import { nearest, suggestion, type Problem } from '../problem/index.js';

/**
 * @param words all that was typed behind `plimsoll`; the first is the unknown one.
 * @param commands names of all commands.
 */
export function unknownCommand(words: readonly string[], commands: readonly string[]): Problem {
  const [word = ''] = words;
  return {
    code: 'unknown-command',
    what: `there is no command "${word}"`,
    remedy: `${whatWasMeant(word, words, commands)}; plimsoll --help lists them with examples`,
  };
}

function whatWasMeant(word: string, words: readonly string[], commands: readonly string[]): string {
  const commandsText = suggestion(word, commands, 'commands');
  if (nearest(word, commands) !== null) return commandsText;
  const there = statOf(word);
  if (there?.isDirectory() === true) return `did you mean "plimsoll report ${word}"?`;
  if (/\.(?:ya?ml|json)$/i.test(word)) return `did you mean "plimsoll run ${word}"?`;
  if (words.length > 1 || there !== null)
    return `the command of a server stands behind --: plimsoll -- ${asTyped(words)}`;
  if (/[./]/.test(word) || word === 'localhost') return 'the address of a server begins with http:// or https://';
  return commandsText;
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** What a shell would take apart was quoted when it was typed, in a way that is not known here. */
const asTyped = (words: readonly string[]): string =>
  words.every((word) => /^[\w@%+=:,./-]+$/.test(word)) ? words.join(' ') : `${words[0] ?? ''} ...`;
