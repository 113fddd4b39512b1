/** Sorting many durations and moments. */

/** Fewer are sorted sooner by comparing them. */
const FEW = 4_096;
const BUCKETS = 2_048;
const TWO_TO_32 = 2 ** 32;
/** Two hours in nanoseconds and more: the range of four digits. */
const LIMIT = TWO_TO_32 * BUCKETS;

/**
 * Sorts in place, ascending, and returns the array; NaN comes last. Many whole numbers from 0 up to two hours in
 * nanoseconds, which is what most analyses are made of, are sorted digit by digit: in less than half the time that
 * comparing them takes.
 */
export function ascending(values: Float64Array): Float64Array {
  return values.length < FEW || !haveDigits(values) ? values.sort() : byDigits(values);
}

function haveDigits(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!(value >= 0 && value < LIMIT) || Math.floor(value) !== value) return false;
  }
  return true;
}

// The loops below are plain and by themselves: closures and iterators in them cost as much as comparing would.

function byDigits(values: Float64Array): Float64Array {
  const counts = [
    new Uint32Array(BUCKETS),
    new Uint32Array(BUCKETS),
    new Uint32Array(BUCKETS),
    new Uint32Array(BUCKETS),
  ] as const;
  countDigits(values, ...counts);
  let from = values;
  let into: Float64Array = new Float64Array(values.length);
  for (const [digit, places] of counts.entries()) {
    // A digit that all share moves nothing.
    if (places.includes(values.length)) continue;
    beginnings(places);
    if (digit === 3) scatterHigh(from, into, places);
    else scatterLow(from, into, places, digit * 11);
    [from, into] = [into, from];
  }
  if (from !== values) values.set(from);
  return values;
}

/** How often each digit occurs: three within the lower 32 bits, one above. */
function countDigits(
  values: Float64Array,
  first: Uint32Array,
  second: Uint32Array,
  third: Uint32Array,
  fourth: Uint32Array,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const low = value >>> 0;
    (first[low & 0x7ff] as number)++;
    (second[(low >>> 11) & 0x7ff] as number)++;
    (third[low >>> 22] as number)++;
    (fourth[(value / TWO_TO_32) | 0] as number)++;
  }
}

/** Counts become the place of the first of each. */
function beginnings(counts: Uint32Array): void {
  let sum = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    const count = counts[bucket] as number;
    counts[bucket] = sum;
    sum += count;
  }
}

function scatterLow(from: Float64Array, into: Float64Array, places: Uint32Array, shift: number): void {
  for (let i = 0; i < from.length; i++) {
    const value = from[i] as number;
    const digit = ((value >>> 0) >>> shift) & 0x7ff;
    into[(places[digit] as number)++] = value;
  }
}

function scatterHigh(from: Float64Array, into: Float64Array, places: Uint32Array): void {
  for (let i = 0; i < from.length; i++) {
    const value = from[i] as number;
    const digit = (value / TWO_TO_32) | 0;
    into[(places[digit] as number)++] = value;
  }
}
