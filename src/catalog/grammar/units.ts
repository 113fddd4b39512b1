/**
 * Quantities as people write them, `250ms`, `2k/s`, `16KiB`, `5%`, `1.5x`, read.
 *
 * Every quantity is one decimal number directly followed by its unit: no sign, no exponent, no blank. The readers
 * return the quantity in its base unit, or say what is wrong with the text and what was probably meant.
 */
import { problemOf, type TextProblem } from './shapes.js';

/** What a reader makes of a text. */
export type Quantity = { readonly ok: true; readonly value: number } | ({ readonly ok: false } & TextProblem);

interface Kind {
  /** With its article: `a duration`. */
  readonly noun: string;
  /** Unit -> factor to the base unit. The order is the order in which the units are listed to people. */
  readonly units: Readonly<Record<string, number>>;
  /** What people write instead -> the unit they mean. Compared in lower case. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Whether the base unit is indivisible (a nanosecond, a byte). */
  readonly whole: boolean;
}

const TIME_UNITS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 } as const;
const SIZE_UNITS = { B: 1, KB: 1e3, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

const suffixed = (units: Readonly<Record<string, number>>, suffix: string) =>
  Object.fromEntries(Object.entries(units).map(([unit, factor]) => [unit + suffix, factor]));

/** From the words that people write instead of each unit. */
const aliases = (units: Readonly<Record<string, string>>): Kind['aliases'] =>
  Object.fromEntries(Object.entries(units).flatMap(([unit, words]) => words.split(' ').map((word) => [word, unit])));

const KINDS = {
  duration: {
    noun: 'a duration',
    units: TIME_UNITS,
    aliases: aliases({
      ns: 'nsec',
      us: 'µs μs usec micros',
      ms: 'msec millis millisecond milliseconds',
      s: 'sec secs second seconds',
      m: 'min mins minute minutes',
      h: 'hr hrs hour hours',
    }),
    whole: true,
  },
  rate: {
    noun: 'a rate',
    units: { '/s': 1, '/m': 1 / 60, '/h': 1 / 3600, 'k/s': 1e3, 'k/m': 1e3 / 60, 'M/s': 1e6 },
    aliases: aliases({
      '/s': 'rps qps tps req/s calls/s /sec /second hz',
      '/m': '/min /minute rpm',
      '/h': '/hour',
      'k/s': 'k',
    }),
    whole: false,
  },
  multiple: { noun: 'a multiple', units: { x: 1 }, aliases: aliases({ x: 'times ×' }), whole: false },
  share: { noun: 'a share', units: { '%': 0.01 }, aliases: aliases({ '%': 'percent pct' }), whole: false },
  size: {
    noun: 'a size',
    units: SIZE_UNITS,
    aliases: aliases({ B: 'byte bytes', KB: 'k kb', MB: 'm mb', GB: 'g', KiB: 'kib', MiB: 'mib' }),
    whole: true,
  },
  'byte rate': {
    noun: 'a byte rate',
    units: suffixed(SIZE_UNITS, '/s'),
    aliases: aliases({ 'KB/s': 'kb/s kbps', 'MB/s': 'mb/s mbps' }),
    whole: false,
  },
  growth: {
    noun: 'a growth',
    units: suffixed(SIZE_UNITS, '/h'),
    aliases: aliases({
      'KB/h': 'kb/h',
      'MB/h': 'mb/h mb/hour',
      'GB/h': 'gb/h',
      'KiB/h': 'kib/hour',
      'MiB/h': 'mib/hour',
    }),
    whole: false,
  },
  'growing number': {
    noun: 'a number an hour',
    units: { '/h': 1, '/m': 60 },
    aliases: aliases({ '/h': '/hour', '/m': '/min /minute' }),
    whole: false,
  },
  slope: {
    noun: 'a duration per second',
    units: suffixed({ ns: 1, us: 1e3, ms: 1e6, s: 1e9 }, '/s'),
    aliases: {},
    whole: false,
  },
} as const satisfies Record<string, Kind>;

/** The kinds of quantity, with their base units: ns, 1/s, 1, 1 (0 to 1), byte, byte/s, byte/h, 1/h, ns/s. */
export type QuantityKind = keyof typeof KINDS;

function kindOf(name: QuantityKind): Kind {
  return KINDS[name];
}

/** The kind with its article: `a duration`. */
export function nounOf(kind: QuantityKind): string {
  return kindOf(kind).noun;
}

/** The units a kind may be written in. */
export function unitsOf(kind: QuantityKind): readonly string[] {
  return Object.keys(kindOf(kind).units);
}

/**
 * A regular expression that the well-formed texts of a kind match, for the published schema; so do texts that wait for
 * the environment (`${env.NAME}`).
 */
export function patternOf(kind: QuantityKind): string {
  const units = unitsOf(kind).map((unit) => unit.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return `^[0-9]+(\\.[0-9]+)?(${units.join('|')})$|\\$\\{env\\.`;
}

const NUMBER_THEN_UNIT = /^([0-9]+(?:\.[0-9]+)?)(\D.*)?$/s;

/** Reads one quantity. @param suggested the unit to propose for a bare number. */
export function readQuantity(kind: QuantityKind, text: string, suggested: string): Quantity {
  const { noun, units, aliases, whole } = kindOf(kind);
  const remedy = `write ${noun} as a number and one of ${unitsOf(kind).join(', ')}`;
  const match = NUMBER_THEN_UNIT.exec(text);
  if (match === null) {
    const spaced = text.trim().replace(/(?<=\d)[_ ](?=\d)/g, '');
    if (spaced !== text && NUMBER_THEN_UNIT.test(spaced))
      return wrong('bad-quantity', `"${text}" is not ${noun}`, `did you mean ${spaced}?`);
    return wrong('bad-quantity', `"${text}" is ${/^-[0-9.]/.test(text) ? 'negative' : `not ${noun}`}`, remedy);
  }
  const [, digits = '', unit = ''] = match;
  if (unit === '') return wrong('needs-unit', `"${text}" needs a unit`, `did you mean ${digits}${suggested}?`);
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) {
    const meant = meantUnit(unit.trim(), units, aliases);
    const what = `"${text}" is not ${noun}: unknown unit "${unit.trim()}"`;
    return wrong('unknown-unit', what, meant === null ? remedy : `did you mean ${digits}${meant}?`);
  }
  const value = whole ? wholeProduct(digits, factor) : Number(digits) * factor;
  if (value === null) return wrong('bad-quantity', `"${text}" is finer than 1 ${unitsOf(kind)[0] ?? ''}`, 'round it');
  if (value > Number.MAX_SAFE_INTEGER)
    return wrong('bad-quantity', `"${text.slice(0, 40)}" is too large`, 'write a smaller quantity');
  return { ok: true, value };
}

function wrong(...problem: Parameters<typeof problemOf>): Extract<Quantity, { ok: false }> {
  return { ok: false, ...problemOf(...problem) };
}

/** Digits of a safe integer, its fraction and leading zeros: more are a mistake, and exact arithmetic on them slow. */
const MOST_DIGITS = 60;

/** A decimal number times a whole factor, exactly; null when that is not whole, infinity when it is absurdly long. */
function wholeProduct(digits: string, factor: number): number | null {
  if (digits.length > MOST_DIGITS) return Infinity;
  const [integer = '', fraction = ''] = digits.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const product = BigInt(integer + fraction) * BigInt(factor);
  return product % scale === 0n ? Number(product / scale) : null;
}

function meantUnit(unit: string, units: Kind['units'], aliases: Kind['aliases']): string | null {
  if (Object.hasOwn(units, unit)) return unit;
  const lower = unit.toLowerCase();
  const alias = Object.hasOwn(aliases, lower) ? aliases[lower] : undefined;
  return alias ?? Object.keys(units).find((known) => known.toLowerCase() === lower) ?? null;
}

/** What to say of a bare number. @param suggested the unit it probably wants. */
export function bareNumber(value: number, suggested: string): Extract<Quantity, { ok: false }> {
  return wrong('needs-unit', `${value} needs a unit`, `did you mean ${value}${suggested}?`);
}
