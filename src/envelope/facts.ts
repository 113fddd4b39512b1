/** Facts, and the one place where the outside is read for them. */
import type { System } from '../platform/index.js';
import { messageOf } from '../problem/index.js';

/** A fact, or why it can't be had. A field is never left out. */
export type Fact<T> = { readonly value: T } | { readonly value: null; readonly reason: string };

export function known<T>(value: T): Fact<T> {
  return { value };
}

export function unknown(reason: string): { readonly value: null; readonly reason: string } {
  return { value: null, reason };
}

/** The fact, if a value is there; else the reason. */
export const knownOr = <T>(value: T | null | undefined, reason: string): Fact<T> =>
  value === null || value === undefined ? unknown(reason) : known(value);

/** What `parse` finds in a file; unknown when the system has no such file or `parse` finds nothing. */
export async function fromFile<T>(system: System, path: string, parse: (text: string) => T | null): Promise<Fact<T>> {
  if (system.platform !== 'linux') return unknown(`read from ${path} on Linux only; this is ${system.platform}`);
  try {
    return knownOr(parse(await system.read(path)), `${path} doesn't say`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : messageOf(error);
    return unknown(code === 'ENOENT' ? `there is no ${path}` : `${path} can't be read (${code})`);
  }
}

/** The first of several sources that knows; the last one's reason when none does. */
export async function firstKnown<T>(...sources: readonly (() => Promise<Fact<T>>)[]): Promise<Fact<T>> {
  let last: Fact<T> = unknown('no source for this');
  for (const source of sources) {
    last = await source();
    if (last.value !== null) return last;
  }
  return last;
}

/** The text without blanks around it; null when nothing is left. */
export function word(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === '' ? null : trimmed;
}

/** A whole text as a number; null when it isn't one. */
export function number(text: string): number | null {
  const value = Number(text.trim());
  return text.trim() !== '' && Number.isFinite(value) ? value : null;
}

/** The value of the first line `key<separator>value`. */
export function lineValue(text: string, key: string, separator = ':'): string | null {
  for (const line of text.split('\n')) {
    const at = line.indexOf(separator);
    if (at >= 0 && line.slice(0, at).trim() === key) return word(line.slice(at + separator.length));
  }
  return null;
}
