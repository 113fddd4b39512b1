/**
 * Randomness with a seed: the same seed gives the same run, on every machine.
 *
 * Owns the one generator that arrivals, arguments, jitter, toxicity, mock service times and bootstraps draw from.
 * Does not own: distributions of one room only (those stay where they are used). Not for secrets.
 */

/** A stream of random numbers. Streams forked under different labels are independent. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of it. */
  next(): number;
  /** Uniform integer in [0, bound). `bound` is 1 to 2^32. */
  below(bound: number): number;
  /** Exponential with the given mean (same unit as the mean). */
  exponential(mean: number): number;
  /** Standard normal (Box-Muller, one value a call). */
  normal(): number;
  /** A stream of its own for `label`; does not advance this one. */
  fork(label: string): Random;
}

/** FNV-1a, 32 bits, over UTF-16 code units: a fast digest that is the same in every process; not for security. */
export function fnv1a(text: string, basis = 0x811c9dc5): number {
  let hash = basis >>> 0;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

function splitmix32(state: number): () => number {
  let s = state >>> 0;
  return () => {
    s = (s + 0x9e3779b9) >>> 0;
    let z = s;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/**
 * A stream for a seed (any finite integer up to 2^53) and a label.
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand), seeded through splitmix32.
 */
export function seededRandom(seed: number, label = ''): Random {
  const low = seed >>> 0;
  const high = Math.floor(Math.abs(seed) / 4294967296) >>> 0;
  const mix = splitmix32(fnv1a(label, (low ^ Math.imul(high, 0x9e3779b1)) >>> 0));
  let a = mix();
  let b = mix();
  let c = mix();
  let counter = 1;
  const bits = (): number => {
    const t = (((a + b) >>> 0) + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + t) >>> 0;
    return t;
  };
  for (let i = 0; i < 12; i++) bits();
  const next = (): number => bits() / 4294967296;
  return {
    next,
    below: (bound) => Math.floor(next() * bound),
    exponential: (mean) => -mean * Math.log(1 - next()),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    fork: (name) => seededRandom(seed, `${label}/${name}`),
  };
}
