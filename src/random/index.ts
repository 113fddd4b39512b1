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
  /** Moves on by so many draws of `next` or `below`, as if each had been taken. */
  pass(draws: number): void;
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
 * sfc32 (Chris Doty-Humphrey, PractRand). Typed state: what it draws from leaves no garbage; a class: one compiled code
 * serves every stream.
 */
class SeededRandom implements Random {
  readonly #seed: number;
  readonly #label: string;
  /** a, b, c and the counter. */
  readonly #state: Uint32Array;

  constructor(seed: number, label: string) {
    this.#seed = seed;
    this.#label = label;
    const low = seed >>> 0;
    const high = Math.floor(Math.abs(seed) / 4294967296) >>> 0;
    const mix = splitmix32(fnv1a(label, (low ^ Math.imul(high, 0x9e3779b1)) >>> 0));
    this.#state = Uint32Array.of(mix(), mix(), mix(), 1);
    for (let i = 0; i < 12; i++) this.#bits();
  }

  next(): number {
    return this.#bits() / 4294967296;
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  pass(draws: number): void {
    for (let n = 0; n < draws; n++) this.#bits();
  }

  fork(label: string): Random {
    return new SeededRandom(this.#seed, `${this.#label}/${label}`);
  }

  #bits(): number {
    const state = this.#state;
    const a = state[0] ?? 0;
    const b = state[1] ?? 0;
    const c = state[2] ?? 0;
    const counter = state[3] ?? 0;
    const t = (((a + b) >>> 0) + counter) >>> 0;
    state[3] = counter + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + t;
    return t;
  }
}

/** A stream for a seed (any finite integer up to 2^53) and a label; sfc32, seeded through splitmix32. */
export function seededRandom(seed: number, label = ''): Random {
  return new SeededRandom(seed, label);
}
