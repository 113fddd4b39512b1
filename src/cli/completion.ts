/** Scripts that complete the command in a shell, made from the tree of commands. Pure. */

export interface OptionWords {
  /** With its dashes. */
  readonly long: string;
  /** With its dash; null without one. */
  readonly short: string | null;
  readonly takesValue: boolean;
  readonly description: string;
}

export interface VerbWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** Words besides files that may stand as its argument. */
  readonly words: readonly string[];
}

export interface CommandTree {
  readonly verbs: readonly VerbWords[];
  /** Of the command itself. */
  readonly options: readonly OptionWords[];
}

const flagsOf = (options: readonly OptionWords[]): readonly string[] =>
  options.flatMap(({ long, short }) => (short === null ? [long] : [long, short]));

function bash({ verbs, options }: CommandTree): string {
  const names = verbs.map(({ name }) => name);
  const cases = verbs.map(
    ({ name, options: own, words }) => `    ${name})
      case $current in
        -*) words="${flagsOf(own).join(' ')}" ;;
        *) words="${words.join(' ')}" ;;
      esac
      ;;`,
  );
  return `# bash completion of plimsoll. To install it:
#   plimsoll completion bash > ~/.local/share/bash-completion/completions/plimsoll
_plimsoll() {
  local current=\${COMP_WORDS[COMP_CWORD]} verb= words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${names.join('|')}) verb=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case $verb in
    '') words="${[...names, ...flagsOf(options)].join(' ')}" ;;
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _plimsoll plimsoll
`;
}

/** In single quotes, for zsh's `_describe`, where a colon parts the word from its description. */
const described = (word: string, description: string): string =>
  `'${[word, description].map((text) => text.replaceAll(':', '\\:').replaceAll("'", "'\\''")).join(':')}'`;

function zsh({ verbs, options }: CommandTree): string {
  const list = (rows: readonly { readonly word: string; readonly description: string }[]): string =>
    rows.map(({ word, description }) => described(word, description)).join(' ');
  const rowsOf = (own: readonly OptionWords[]) => own.map(({ long: word, description }) => ({ word, description }));
  const cases = verbs.map(
    ({ name, options: own, words }) => `    ${name}) options=(${list(rowsOf(own))}) names=(${words.join(' ')}) ;;`,
  );
  return `#compdef plimsoll
# zsh completion of plimsoll. To install it, into a folder of $fpath:
#   plimsoll completion zsh > ~/.zfunc/_plimsoll
_plimsoll() {
  local -a verbs options names
  verbs=(${list(verbs.map(({ name: word, description }) => ({ word, description })))})
  options=(${list(rowsOf(options))})
  if (( CURRENT == 2 )); then
    if [[ $PREFIX == -* ]]; then _describe option options; else _describe command verbs; fi
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then _describe option options; else compadd -a names; _files; fi
}
if [[ $funcstack[1] == _plimsoll ]]; then _plimsoll "$@"; else compdef _plimsoll plimsoll; fi
`;
}

function fish({ verbs, options }: CommandTree): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const optionLine = (condition: string, { long, short, takesValue, description }: OptionWords): string =>
    `complete -c plimsoll -n ${condition} -l ${long.slice(2)}` +
    `${short === null ? '' : ` -s ${short.slice(1)}`}${takesValue ? ' -r' : ''} -d ${quoted(description)}`;
  const lines = verbs.flatMap(({ name, description, options: own, words }) => {
    const seen = quoted(`__fish_seen_subcommand_from ${name}`);
    return [
      `complete -c plimsoll -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
      ...own.map((option) => optionLine(seen, option)),
      ...(words.length === 0 ? [] : [`complete -c plimsoll -n ${seen} -a ${quoted(words.join(' '))}`]),
    ];
  });
  return `# fish completion of plimsoll. To install it:
#   plimsoll completion fish > ~/.config/fish/completions/plimsoll.fish
${[...options.map((option) => optionLine('__fish_use_subcommand', option)), ...lines].join('\n')}
`;
}

/** A shell and the script for it. */
export const SHELLS = { bash, zsh, fish } as const satisfies Readonly<Record<string, (tree: CommandTree) => string>>;
export type Shell = keyof typeof SHELLS;
