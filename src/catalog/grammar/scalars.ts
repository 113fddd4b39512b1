/** The leaves of the grammar: quantities with their units, names, whole numbers, words. */
import { z } from 'zod';
import { bareNumber, nounOf, patternOf, readQuantity, unitsOf, type QuantityKind } from './units.js';
import { describeValue, problemMessage } from './shapes.js';
import { suggestion } from '../../problem/index.js';

interface QuantityOptions {
  /** Proposed for a bare number. */
  readonly unit: string;
  /** Smallest value allowed, in the base unit (default 0). */
  readonly atLeast?: number;
  /** Whether 0 is allowed (default no). */
  readonly zero?: boolean;
  readonly atMost?: { readonly value: number; readonly text: string };
  readonly examples: readonly [string, ...string[]];
}

/** A quantity in its text form; its output is the number in the kind's base unit. */
export function quantity(kind: QuantityKind, options: QuantityOptions) {
  return z
    .string({
      error: (issue) => {
        if (typeof issue.input === 'number') {
          const problem = bareNumber(issue.input, options.unit);
          if (!problem.ok) return problemMessage(problem.code, problem.what, problem.remedy);
        }
        return problemMessage(
          'wrong-type',
          `expected ${nounOf(kind)}, found ${describeValue(issue.input)}`,
          `write it like ${options.examples.join(' or ')}`,
        );
      },
    })
    .meta({ pattern: patternOf(kind), examples: [...options.examples] })
    .transform((text, context): number => {
      const read = readQuantity(kind, text, options.unit);
      const problem = read.ok ? outOfBounds(text, read.value, options) : read;
      if (problem === null && read.ok) return read.value;
      if (problem !== null)
        context.issues.push({
          code: 'custom',
          input: text,
          message: problemMessage(problem.code, problem.what, problem.remedy),
        });
      return z.NEVER;
    });
}

function outOfBounds(
  text: string,
  value: number,
  options: QuantityOptions,
): { code: string; what: string; remedy: string } | null {
  if (value === 0 && options.zero !== true)
    return {
      code: 'out-of-range',
      what: `"${text}" is zero`,
      remedy: `write more than zero, like ${options.examples[0]}`,
    };
  if (value !== 0 && options.atLeast !== undefined && value < options.atLeast) {
    return { code: 'out-of-range', what: `"${text}" is too small`, remedy: `write at least ${options.examples[0]}` };
  }
  if (options.atMost !== undefined && value > options.atMost.value)
    return { code: 'out-of-range', what: `"${text}" is too large`, remedy: `write at most ${options.atMost.text}` };
  return null;
}

const DAY = { value: 24 * 3600e9, text: '24h' } as const;

/** More than zero, at most a day. */
export const duration = (unit: 's' | 'ms' = 's', ...examples: string[]) =>
  quantity('duration', { unit, atMost: DAY, examples: [examples[0] ?? `10${unit}`, ...examples.slice(1)] });
/** As `duration`, or zero. */
export const durationOrZero = (unit: 's' | 'ms' = 's', ...examples: string[]) =>
  quantity('duration', { unit, zero: true, atMost: DAY, examples: [examples[0] ?? `10${unit}`, ...examples.slice(1)] });
const RATE_LIMIT = { value: 1e6, text: '1000k/s' } as const;
export const rate = () => quantity('rate', { unit: '/s', atMost: RATE_LIMIT, examples: ['200/s', '2k/s'] });
export const multiple = (atMost: number, ...examples: [string, ...string[]]) =>
  quantity('multiple', { unit: 'x', atMost: { value: atMost, text: `${atMost}x` }, examples });
export const share = (...examples: [string, ...string[]]) =>
  quantity('share', { unit: '%', atMost: { value: 1, text: '100%' }, examples });
export const size = (atMost: number, atMostText: string, ...examples: [string, ...string[]]) =>
  quantity('size', { unit: 'KiB', zero: true, atMost: { value: atMost, text: atMostText }, examples });
export const byteRate = (...examples: [string, ...string[]]) =>
  quantity('byte rate', { unit: 'KB/s', zero: true, examples });

/** `200/s`, or a multiple of the load line, `1.5x`. */
export function rateOrMultiple() {
  const units = [...unitsOf('rate'), 'x'].join(', ');
  return z
    .string({
      error: (issue) =>
        typeof issue.input === 'number'
          ? problemMessage(
              'needs-unit',
              `${issue.input} needs a unit`,
              `did you mean ${issue.input}/s, or ${issue.input}x (times the load line)?`,
            )
          : problemMessage(
              'wrong-type',
              `expected a rate, found ${describeValue(issue.input)}`,
              'write it like 200/s, or 1.5x (times the load line)',
            ),
    })
    .meta({ pattern: `${patternOf('rate')}|${patternOf('multiple')}`, examples: ['200/s', '0.5x'] })
    .transform((text, context) => {
      const kind = /x$/i.test(text.trim()) ? 'multiple' : 'rate';
      const read = readQuantity(kind, text, '/s');
      const problem = read.ok
        ? outOfBounds(
            text,
            read.value,
            kind === 'rate'
              ? { unit: '/s', atMost: RATE_LIMIT, examples: ['200/s'] }
              : { unit: 'x', atMost: { value: 100, text: '100x' }, examples: ['1.5x'] },
          )
        : {
            ...read,
            remedy: read.remedy.startsWith('did you mean')
              ? read.remedy
              : `write a rate as a number and one of ${units}`,
          };
      if (problem !== null) {
        context.issues.push({
          code: 'custom',
          input: text,
          message: problemMessage(problem.code, problem.what, problem.remedy),
        });
        return z.NEVER;
      }
      if (!read.ok) return z.NEVER;
      return kind === 'rate'
        ? { kind: 'absolute' as const, perSecond: read.value }
        : { kind: 'relative' as const, timesLoadLine: read.value };
    });
}

/** A whole number within bounds, both included. */
export function whole(min: number, max: number) {
  const remedy = `write a whole number from ${min} to ${max}`;
  const error = (issue: { readonly input?: unknown }) =>
    problemMessage('out-of-range', `expected a whole number, found ${describeValue(issue.input)}`, remedy);
  const bound = (issue: { readonly input?: unknown }) =>
    problemMessage('out-of-range', `${String(issue.input)} is out of range`, remedy);
  return z.int({ error }).min(min, { error: bound }).max(max, { error: bound });
}

/** Any text, not empty. */
export function text(example: string, longest = 4096) {
  const wrong = (issue: { readonly input?: unknown }) =>
    problemMessage('wrong-type', `expected text, found ${describeValue(issue.input)}`, quoteHint(issue.input, example));
  return z
    .string({ error: wrong })
    .min(1, { error: () => problemMessage('empty', 'this text is empty', `write something like ${example}`) })
    .max(longest, {
      error: () => problemMessage('too-long', `this text is longer than ${longest} characters`, 'shorten it'),
    });
}

function quoteHint(input: unknown, example: string): string {
  return typeof input === 'number' || typeof input === 'boolean'
    ? `quote it: "${input}"`
    : `write text like ${example}`;
}

/** A text that a pattern allows. */
export function word(pattern: RegExp, allowed: string, example: string) {
  return text(example).regex(pattern, {
    error: (issue) => problemMessage('bad-name', `${describeValue(issue.input)} can't be used here`, `use ${allowed}`),
  });
}

/** A name that others refer to, and that becomes part of proxy names and placeholders. */
export const name = (example: string) =>
  word(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$/,
    'letters, digits, "_" and "-" (at most 48, beginning with a letter or digit)',
    example,
  );

/** A label in tables and charts: blanks are welcome. */
export const label = (example: string) =>
  word(
    /^[^\s"=.](?:[^"=\n\t\r]{0,62}[^\s"=])?$/u,
    'at most 64 characters without quotes, "=", a dot at the beginning, or a blank at either end',
    example,
  );

/** One of some words. */
export function oneOf<const V extends readonly [string, ...string[]]>(what: string, values: V) {
  return z.enum(values, {
    error: (issue) =>
      problemMessage(
        'unknown-value',
        `unknown ${what} ${describeValue(issue.input)}`,
        suggestion(String(issue.input), values, `${what} values`),
      ),
  });
}

/** Exactly this word. */
export function literal<const V extends string | number>(value: V) {
  return z.literal(value, {
    error: (issue) =>
      problemMessage('unknown-value', `expected ${value}, found ${describeValue(issue.input)}`, `write ${value}`),
  });
}

export function flag() {
  return z.boolean({
    error: (issue) =>
      problemMessage(
        'wrong-type',
        `expected true or false, found ${describeValue(issue.input)}`,
        'write true or false',
      ),
  });
}

/** A list with at least `min` items. */
export function list<T extends z.ZodType>(item: T, what: string, min = 0) {
  const error = (issue: { readonly input?: unknown }) =>
    problemMessage(
      'wrong-type',
      `expected a list, found ${describeValue(issue.input)}`,
      `write a list of ${what}, each beginning with "- "`,
    );
  const array = z.array(item, { error });
  return min === 0
    ? array
    : array.min(min, {
        error: () =>
          problemMessage('empty', 'this list is empty', `write at least ${min === 1 ? 'one' : min} of the ${what}`),
      });
}

/** A map from names to values of one kind. */
export function named<T extends z.ZodType, K extends z.ZodType<string, string>>(key: K, value: T, what: string) {
  return z.record(key, value, {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? problemMessage('wrong-type', `expected a map, found ${describeValue(issue.input)}`, `write a map of ${what}`)
        : undefined,
  });
}

/** A text in which `$${` becomes a plain `${`. */
export function unescaped(text: string): string {
  return text.replaceAll('$${', '${');
}
