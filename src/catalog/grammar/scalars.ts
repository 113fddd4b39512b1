/** The leaves of the grammar: quantities with their units, names, whole numbers, words. */
import { z } from 'zod';
import { bareNumber, nounOf, patternOf, readQuantity, unitsOf, type Quantity, type QuantityKind } from './units.js';
import { describeValue, expected, packed, problemOf, refusal, unknownValue, type TextProblem } from './shapes.js';

interface Bounds {
  /** Smallest value allowed, in the base unit (default 0). */
  readonly atLeast?: number;
  /** Whether 0 is allowed (default no). */
  readonly zero?: boolean;
  readonly atMost?: { readonly value: number; readonly text: string };
  readonly examples: readonly [string, ...string[]];
}

interface QuantityOptions extends Bounds {
  /** Proposed for a bare number. */
  readonly unit: string;
}

/** A quantity in its text form; its output is the number in the kind's base unit. */
export function quantity(kind: QuantityKind, options: QuantityOptions) {
  return quantityText(
    (input) => bareNumber(input, options.unit),
    expected(nounOf(kind), `write it like ${options.examples.join(' or ')}`),
  )
    .meta({ pattern: patternOf(kind), examples: [...options.examples] })
    .transform((text, context): number => {
      const read = bounded(readQuantity(kind, text, options.unit), text, options);
      return read.ok ? read.value : refuse(context, text, read);
    });
}

function quantityText(bare: (input: number) => TextProblem, wrongType: ReturnType<typeof expected>) {
  return z.string({
    error: (issue) => (typeof issue.input === 'number' ? packed(bare(issue.input)) : wrongType.error(issue)),
  });
}

/** Reports the problem of a transform's input. */
function refuse(context: z.core.$RefinementCtx, input: string, problem: TextProblem): never {
  context.issues.push({ code: 'custom', input, message: packed(problem) });
  return z.NEVER;
}

function bounded(read: Quantity, text: string, { atLeast = 0, zero = false, atMost, examples }: Bounds): Quantity {
  if (!read.ok) return read;
  const outOfRange = (what: string, remedy: string): Quantity => ({
    ok: false,
    ...problemOf('out-of-range', `"${text}" is ${what}`, remedy),
  });
  if (read.value === 0 && !zero) return outOfRange('zero', `write more than zero, like ${examples[0]}`);
  if (read.value !== 0 && read.value < atLeast) return outOfRange('too small', `write at least ${examples[0]}`);
  return atMost !== undefined && read.value > atMost.value
    ? outOfRange('too large', `write at most ${atMost.text}`)
    : read;
}

const DAY = { value: 24 * 3600e9, text: '24h' } as const;

const durationOf = (zero: boolean, unit: 's' | 'ms', [first = `10${unit}`, ...rest]: readonly string[]) =>
  quantity('duration', { unit, zero, atMost: DAY, examples: [first, ...rest] });
/** More than zero, at most a day. */
export const duration = (unit: 's' | 'ms' = 's', ...examples: string[]) => durationOf(false, unit, examples);
/** As `duration`, or zero. */
export const durationOrZero = (unit: 's' | 'ms' = 's', ...examples: string[]) => durationOf(true, unit, examples);
const RATE_LIMIT = { value: 1e6, text: '1000k/s' } as const;
export const rate = () => quantity('rate', { unit: '/s', atMost: RATE_LIMIT, examples: ['200/s', '2k/s'] });
export const multiple = (atMost: number, ...examples: [string, ...string[]]) =>
  quantity('multiple', { unit: 'x', atMost: { value: atMost, text: `${atMost}x` }, examples });
export const share = (...examples: [string, ...string[]]) =>
  quantity('share', { unit: '%', atMost: { value: 1, text: '100%' }, examples });
export const size = (atMost: number, atMostText: string, ...examples: [string, ...string[]]) =>
  quantity('size', { unit: 'KiB', zero: true, atMost: { value: atMost, text: atMostText }, examples });
export const byteRate = (example: string) => quantity('byte rate', { unit: 'KB/s', zero: true, examples: [example] });

const RATE_OR_MULTIPLE = {
  rate: { atMost: RATE_LIMIT, examples: ['200/s'] },
  multiple: { atMost: { value: 100, text: '100x' }, examples: ['1.5x'] },
} as const satisfies Readonly<Record<string, Bounds>>;

/** `200/s`, or a multiple of the load line, `1.5x`. */
export function rateOrMultiple() {
  const units = [...unitsOf('rate'), 'x'].join(', ');
  return quantityText(
    (input) =>
      problemOf('needs-unit', `${input} needs a unit`, `did you mean ${input}/s, or ${input}x (times the load line)?`),
    expected('a rate', 'write it like 200/s, or 1.5x (times the load line)'),
  )
    .meta({ pattern: `${patternOf('rate')}|${patternOf('multiple')}`, examples: ['200/s', '0.5x'] })
    .transform((text, context) => {
      const kind = /x$/i.test(text.trim()) ? 'multiple' : 'rate';
      const read = readQuantity(kind, text, '/s');
      const inBounds = bounded(read, text, RATE_OR_MULTIPLE[kind]);
      if (!read.ok && !read.remedy.startsWith('did you mean'))
        return refuse(context, text, { ...read, remedy: `write a rate as a number and one of ${units}` });
      if (!inBounds.ok) return refuse(context, text, inBounds);
      return kind === 'rate'
        ? { kind: 'absolute' as const, perSecond: inBounds.value }
        : { kind: 'relative' as const, timesLoadLine: inBounds.value };
    });
}

/** A whole number within bounds, both included. */
export function whole(min: number, max: number) {
  const remedy = `write a whole number from ${min} to ${max}`;
  const bound = ({ input }: { readonly input?: unknown }) =>
    packed(problemOf('out-of-range', `${describeValue(input)} is out of range`, remedy));
  return z
    .int(expected('a whole number', remedy, 'out-of-range'))
    .min(min, { error: bound })
    .max(max, { error: bound });
}

/** Any text, not empty. */
export function text(example: string, longest = 4096) {
  const remedy = (input: unknown): string =>
    typeof input === 'number' || typeof input === 'boolean' ? `quote it: "${input}"` : `write text like ${example}`;
  return z
    .string(expected('text', remedy))
    .min(1, refusal('empty', 'this text is empty', `write something like ${example}`))
    .max(longest, refusal('too-long', `this text is longer than ${longest} characters`, 'shorten it'));
}

/** A text that a pattern allows. */
export function word(pattern: RegExp, allowed: string, example: string) {
  return text(example).regex(pattern, {
    error: ({ input }) => packed(problemOf('bad-name', `${describeValue(input)} can't be used here`, `use ${allowed}`)),
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
    error: ({ input }) => packed(unknownValue(what, input, values)),
  });
}

/** Exactly this word. */
export function literal<const V extends string | number>(value: V) {
  return z.literal(value, expected(String(value), `write ${value}`, 'unknown-value'));
}

export function flag() {
  return z.boolean(expected('true or false', 'write true or false'));
}

/** A list with at least `min` items. */
export function list<T extends z.ZodType>(item: T, what: string, min = 0) {
  const array = z.array(item, expected('a list', `write a list of ${what}, each beginning with "- "`));
  const remedy = `write at least ${min === 1 ? 'one' : min} of the ${what}`;
  return min === 0 ? array : array.min(min, refusal('empty', 'this list is empty', remedy));
}

/** A map from names to values of one kind. */
export function named<T extends z.ZodType, K extends z.ZodType<string, string>>(key: K, value: T, what: string) {
  const notAMap = expected('a map', `write a map of ${what}`);
  return z.record(key, value, {
    error: (issue) => (issue.code === 'invalid_type' ? notAMap.error(issue) : undefined),
  });
}

/** A text in which `$${` becomes a plain `${`. */
export function unescaped(text: string): string {
  return text.replaceAll('$${', '${');
}
