/**
 * Values from outside that hold a secret of the scenario, such as `${env.KEY}` beside `${secret.KEY}`: the secret in
 * them is named again, so that no text of the scenario holds it.
 */
import type { Problem } from '../problem/index.js';
import { redactorOf, SHORTEST_SECRET, type Secrets } from '../secrets/index.js';
import { problemAt, type TreeNode } from './tree.js';

/** A value in which secrets are named. */
export interface Named {
  /** With `${secret.NAME}` in place of each secret. */
  readonly text: string;
  /** A secret that is in it in a form that can't be named, such as base64; else null. */
  readonly hidden: string | null;
}

type Piece = string | { readonly name: string };

/**
 * Names the secrets in a value; one that is short is a word like any other, and is not looked for.
 *
 * @param rest what becomes of the text between them.
 */
export function namedSecrets(value: string, secrets: Secrets, rest: (text: string) => string): Named {
  const long = [...secrets]
    .filter(([, secret]) => secret.length >= SHORTEST_SECRET)
    .sort(([, a], [, b]) => b.length - a.length);
  let pieces: readonly Piece[] = [value];
  for (const [name, secret] of long)
    pieces = pieces.flatMap((piece) =>
      typeof piece === 'string'
        ? piece.split(secret).flatMap((part, index): Piece[] => (index === 0 ? [part] : [{ name }, part]))
        : [piece],
    );
  const texts = pieces.filter((piece) => typeof piece === 'string');
  const left = texts.find((text) => redactorOf(new Map(long), false)(text) !== text);
  const hidden = long.find(
    ([name, secret]) => left !== undefined && redactorOf(new Map([[name, secret]]), false)(left) !== left,
  );
  // "$" before a placeholder would make an escape of it.
  const behindDollar = pieces.find((_piece, at) => {
    const before = pieces[at - 1];
    return typeof before === 'string' && before.endsWith('$');
  });
  return {
    text: pieces.map((piece) => (typeof piece === 'string' ? rest(piece) : `\${secret.${piece.name}}`)).join(''),
    hidden: typeof behindDollar === 'object' ? behindDollar.name : (hidden?.[0] ?? null),
  };
}

/** A `--set` whose shell has filled in a secret behind the "=". */
export function assignmentWithoutSecrets(
  assignment: string,
  ordinal: number,
  secrets: Secrets,
  problems: Problem[],
): string {
  const from = assignment.indexOf('=') + 1;
  const { text, hidden } = namedSecrets(assignment.slice(from), secrets, (rest) => rest);
  if (hidden === null) return assignment.slice(0, from) + text;
  const shown = redactorOf(secrets, true)(assignment);
  const source = { file: '--set', folder: '', text: shown, firstLine: ordinal };
  problems.push(
    problemAt({ source, from, to: shown.length }, 'secret-in-value', {
      what: `this holds the secret ${hidden}, and would be written down`,
      remedy: 'put the value into an environment variable NAME, and write "${secret.NAME}"',
    }),
  );
  return assignment;
}

/** Every text of a document. */
export function textsOf(node: TreeNode): readonly string[] {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? [node.value] : [];
    case 'list':
      return node.items.flatMap(textsOf);
    case 'map':
      return [...node.entries.values()].flatMap(({ value }) => textsOf(value));
  }
}
