import { formsOf, SHORTEST_SECRET } from './forms.js';
import { withoutBroken } from './line-breaks.js';

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** Values by name. */
export type Secrets = ReadonlyMap<string, string>;

/**
 * A redactor that replaces each secret by `[secret NAME]`, in all its forms (see `formsOf`).
 * @param shortToo also those of fewer than `SHORTEST_SECRET` characters, as whole words: for texts of others, not for
 *   our own, in which such a word is likely to be one of ours.
 */
export function redactorOf(secrets: Secrets, shortToo: boolean): Redact {
  // Longest first: a secret that holds another is replaced whole.
  const replacements = [...secrets]
    .filter(([, value]) => value !== '' && (shortToo || value.length >= SHORTEST_SECRET))
    .sort(([, a], [, b]) => b.length - a.length)
    .flatMap(([name, value]) =>
      formsOf(value).map((form) => ({
        replacement: [form, `[secret ${name}]`] as const,
        isLong: value.length >= SHORTEST_SECRET,
      })),
    );
  if (replacements.length === 0) return (text) => text;
  // Characters of a short one stand below each other by chance.
  const long = replacements.filter(({ isLong }) => isLong).map(({ replacement }) => replacement);
  return (text) => {
    const done = replacements.reduce((left, { replacement: [form, mark] }) => left.replace(form, () => mark), text);
    return withoutBroken(done, long);
  };
}
