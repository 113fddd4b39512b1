/** Scales: where a value lies on paper, in pixels. Values beyond the ends of a scale are drawn beyond the picture. */

export type Scale = (value: number) => number;

/** A span that is empty has one place: its middle. */
const share = (value: number, from: number, to: number): number => (to === from ? 0.5 : (value - from) / (to - from));

export const linearScale =
  ([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale =>
  (value) =>
    start + share(value, from, to) * (end - start);

/** For values above 0; others have no place. */
export const logScale =
  ([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale =>
  (value) =>
    value > 0 ? start + share(Math.log(value), Math.log(from), Math.log(to)) * (end - start) : NaN;

/** Symmetric about 0 with its ends at -`most` and `most`: nearly linear up to `linear`, logarithmic beyond. */
export const asinhScale =
  (most: number, linear: number, [start, end]: readonly [number, number]): Scale =>
  (value) => {
    const place = Math.asinh(value / linear) / Math.asinh(most / linear);
    return (start + end) / 2 + Math.max(-1, Math.min(1, place)) * ((end - start) / 2);
  };

/** Round numbers within a span: 1, 2 or 5 times a power of ten apart, about `wanted` of them. */
export function linearTicks([from, to]: readonly [number, number], wanted: number): readonly number[] {
  const rough = (to - from) / Math.max(1, wanted);
  if (!(rough > 0) || !Number.isFinite(rough)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((each) => each * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => tidy((first + index) * step));
}

const STEPS = [1, 2, 5, 10] as const;

/** 1, 2 and 5 times the powers of ten within a span; of a long span fewer of them. */
export function logTicks([from, to]: readonly [number, number], most: number): readonly number[] {
  for (const steps of [[1, 2, 5], [1, 3], [1]]) {
    const ticks = decades(from, to).flatMap((power) =>
      steps.map((step) => tidy(step * power)).filter((tick) => tick >= from * 0.999 && tick <= to * 1.001),
    );
    if (ticks.length <= most) return ticks;
  }
  const powers = decades(from, to).filter((power) => power >= from * 0.999 && power <= to * 1.001);
  const every = Math.ceil(powers.length / most);
  return powers.filter((_, index) => index % every === 0);
}

function decades(from: number, to: number): readonly number[] {
  const first = Math.floor(Math.log10(from));
  const last = Math.ceil(Math.log10(to));
  return Array.from({ length: Math.max(1, last - first + 1) }, (_, index) => 10 ** (first + index));
}

const tidy = (value: number): number => Number(value.toPrecision(9));
