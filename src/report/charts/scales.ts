/** From values to pixels, and round numbers to label. */

/** `symlog` is linear below `constant` and logarithmic beyond, on both sides of zero. */
export interface Scale {
  readonly type?: 'log' | 'symlog';
  /** What lies outside is drawn at the edge. */
  readonly domain: readonly [number, number];
  readonly constant?: number;
}

/** Rows of equal height, one for each value; paddings are shares of a row. */
export interface BandScale {
  readonly values: readonly (string | number)[];
  readonly paddingInner: number;
  readonly paddingOuter: number;
}

/** The pixel of a value, between those of the two ends of the domain. */
export function positionOf({ type, domain, constant = 1 }: Scale, from: number, to: number): (value: number) => number {
  const bent = (value: number): number => {
    if (type === 'log') return Math.log(value);
    return type === 'symlog' ? Math.sign(value) * Math.log1p(Math.abs(value) / constant) : value;
  };
  const low = bent(domain[0]);
  const span = bent(domain[1]) - low || 1;
  return (value) => from + Math.min(1, Math.max(0, (bent(value) - low) / span)) * (to - from);
}

/** Where the row of a value begins, and its height, in pixels of `length`. */
export function bandOf({ values, paddingInner, paddingOuter }: BandScale, value: unknown, length: number) {
  const step = length / (values.length - paddingInner + 2 * paddingOuter);
  const at = values.findIndex((each) => each === value);
  return { from: step * (paddingOuter + at), height: step * (1 - paddingInner) };
}

/** Multiples of a power of ten, and from which share of the next on each is the nearest. */
const STEPS = [
  [10, Math.sqrt(50)],
  [5, Math.sqrt(10)],
  [2, Math.SQRT2],
] as const;

/** About `count` multiples of 1, 2 or 5 times a power of ten. */
export function ticksOf([low, high]: Scale['domain'], count: number): readonly number[] {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find(([, from]) => rough / power >= from)?.[0] ?? 1);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
