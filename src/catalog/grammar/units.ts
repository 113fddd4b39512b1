/**
 * Quantities as people write them, `250ms`, `2k/s`, `16KiB`, `5%`, `1.5x`, read.
 *
 * Every quantity is one decimal number directly followed by its unit: no sign, no exponent, no blank. The readers
 * return the quantity in its base unit, or say what is wrong with the text and what was probably meant.
 */

/** What a reader makes of a text. */
export type Quantity =
  | { readonly ok: true; readonly value: number }
  | {
      readonly ok: false;
      readonly code: 'needs-unit' | 'unknown-unit' | 'bad-quantity';
      readonly what: string;
      readonly remedy: string;
    };

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

const TIME_ALIASES: Readonly<Record<string, string>> = {
  µs: 'us',
  μs: 'us',
  usec: 'us',
  micros: 'us',
  nsec: 'ns',
  msec: 'ms',
  millis: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
};

const suffixed = (units: Readonly<Record<string, number>>, suffix: string) =>
  Object.fromEntries(Object.entries(units).map(([unit, factor]) => [unit + suffix, factor]));

const KINDS = {
  duration: { noun: 'a duration', units: TIME_UNITS, aliases: TIME_ALIASES, whole: true },
  rate: {
    noun: 'a rate',
    units: { '/s': 1, '/m': 1 / 60, '/h': 1 / 3600, 'k/s': 1e3, 'k/m': 1e3 / 60, 'M/s': 1e6 },
    aliases: {
      rps: '/s',
      qps: '/s',
      tps: '/s',
      'req/s': '/s',
      'calls/s': '/s',
      '/sec': '/s',
      '/second': '/s',
      '/min': '/m',
      '/minute': '/m',
      '/hour': '/h',
      hz: '/s',
      k: 'k/s',
      rpm: '/m',
    },
    whole: false,
  },
  multiple: { noun: 'a multiple', units: { x: 1 }, aliases: { times: 'x', '×': 'x' }, whole: false },
  share: { noun: 'a share', units: { '%': 0.01 }, aliases: { percent: '%', pct: '%' }, whole: false },
  size: {
    noun: 'a size',
    units: SIZE_UNITS,
    aliases: { byte: 'B', bytes: 'B', k: 'KB', kb: 'KB', m: 'MB', mb: 'MB', g: 'GB', kib: 'KiB', mib: 'MiB' },
    whole: true,
  },
  'byte rate': {
    noun: 'a byte rate',
    units: suffixed(SIZE_UNITS, '/s'),
    aliases: { 'kb/s': 'KB/s', kbps: 'KB/s', 'mb/s': 'MB/s', mbps: 'MB/s' },
    whole: false,
  },
  growth: {
    noun: 'a growth',
    units: suffixed(SIZE_UNITS, '/h'),
    aliases: {
      'kb/h': 'KB/h',
      'mb/h': 'MB/h',
      'gb/h': 'GB/h',
      'kib/hour': 'KiB/h',
      'mib/hour': 'MiB/h',
      'mb/hour': 'MB/h',
    },
    whole: false,
  },
  'growing number': {
    noun: 'a number an hour',
    units: { '/h': 1, '/m': 60 },
    aliases: { '/hour': '/h', '/min': '/m', '/minute': '/m' },
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

/**
 * Reads one quantity.
 * @param suggested the unit to propose for a bare number.
 */
export function readQuantity(kind: QuantityKind, text: string, suggested: string): Quantity {
  const { noun, units, aliases, whole } = kindOf(kind);
  const remedy = `write ${noun} as a number and one of ${unitsOf(kind).join(', ')}`;
  const match = NUMBER_THEN_UNIT.exec(text);
  if (match === null) {
    const spaced = text.trim().replace(/(?<=\d)[_ ](?=\d)/g, '');
    if (spaced !== text && NUMBER_THEN_UNIT.test(spaced)) {
      return { ok: false, code: 'bad-quantity', what: `"${text}" is not ${noun}`, remedy: `did you mean ${spaced}?` };
    }
    if (/^-[0-9.]/.test(text)) return { ok: false, code: 'bad-quantity', what: `"${text}" is negative`, remedy };
    return { ok: false, code: 'bad-quantity', what: `"${text}" is not ${noun}`, remedy };
  }
  const digits = match[1] ?? '';
  const unit = match[2] ?? '';
  if (unit === '')
    return {
      ok: false,
      code: 'needs-unit',
      what: `"${text}" needs a unit`,
      remedy: `did you mean ${digits}${suggested}?`,
    };
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) {
    const meant = meantUnit(unit.trim(), units, aliases);
    return {
      ok: false,
      code: 'unknown-unit',
      what: `"${text}" is not ${noun}: unknown unit "${unit.trim()}"`,
      remedy: meant === null ? remedy : `did you mean ${digits}${meant}?`,
    };
  }
  const value = whole ? wholeProduct(digits, factor) : Number(digits) * factor;
  if (value === null)
    return {
      ok: false,
      code: 'bad-quantity',
      what: `"${text}" is finer than 1 ${unitsOf(kind)[0] ?? ''}`,
      remedy: 'round it',
    };
  if (value > Number.MAX_SAFE_INTEGER)
    return {
      ok: false,
      code: 'bad-quantity',
      what: `"${text.slice(0, 40)}" is too large`,
      remedy: 'write a smaller quantity',
    };
  return { ok: true, value };
}

/**
 * Digits of a safe integer, its fraction and leading zeros: more can only be a mistake, and exact arithmetic on them
 * slow.
 */
const MOST_DIGITS = 60;

/**
 * A decimal number times a whole factor, exactly; null when that is no whole number, infinity when it is absurdly long.
 */
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

/** A bare number with the unit it probably wants. */
export function bareNumber(value: number, suggested: string): Quantity {
  return { ok: false, code: 'needs-unit', what: `${value} needs a unit`, remedy: `did you mean ${value}${suggested}?` };
}
