/** Values of arguments from a seeded stream, and how many draws each takes: passing a value must cost as many. */
import type { Random } from '../../random/index.js';

/** Number of values of one draw. */
const DRAW = 4_294_967_296;
export const integerDraws = (min: number, max: number): number => (max - min + 1 <= DRAW ? 1 : 2);

/** Uniform over [min, max]; exact for spans up to 2^53. */
export function integerBetween(random: Random, min: number, max: number): number {
  const span = max - min + 1;
  if (integerDraws(min, max) === 1) return min + random.below(span);
  const draw = random.below(2_097_152) * DRAW + random.below(DRAW);
  return min + (draw % span);
}

/** 26^6 is below 2^32. */
export const LETTERS_A_DRAW = 6;

export function letters(random: Random, bytes: number): string {
  let text = '';
  let bits = 0;
  for (let i = 0; i < bytes; i++) {
    if (i % LETTERS_A_DRAW === 0) bits = random.below(308_915_776);
    text += String.fromCharCode(97 + (bits % 26));
    bits = Math.floor(bits / 26);
  }
  return text;
}

export const UUID_DRAWS = 5;

/** A version 4 UUID (RFC 9562) from the seeded stream: unique by its 122 random bits, not secret. */
export function uuid(random: Random): string {
  const a = hex8(random.below(4_294_967_296));
  const b = hex8(random.below(4_294_967_296));
  const c = hex8(random.below(4_294_967_296));
  const d = hex8(random.below(4_294_967_296));
  const variant = '89ab'.charAt(random.below(4));
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

function hex8(value: number): string {
  return (value + 0x1_0000_0000).toString(16).slice(1);
}
