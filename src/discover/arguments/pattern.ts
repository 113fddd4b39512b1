/** A text that a regular expression matches, for the expressions that schemas usually hold. */
import type { Random } from '../../random/index.js';
import { NoValue } from './schema.js';

/** Of a repetition without an upper end. */
const MORE = 4;
const LONGEST = 4_096;

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const WORD = `${LOWER}${LOWER.toUpperCase()}${DIGITS}_`;
const PRINTABLE = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
const CLASSES: Readonly<Record<string, string>> = { d: DIGITS, w: WORD, s: ' ' };
const LETTERS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', '0': '\0' };
const PROPERTIES: Readonly<Record<string, string>> = {
  L: LOWER,
  Letter: LOWER,
  Alphabetic: LOWER,
  Ll: LOWER,
  Lu: LOWER.toUpperCase(),
  N: DIGITS,
  Nd: DIGITS,
  P: '.-_',
  Z: ' ',
  Zs: ' ',
};

/**
 * A text drawn from the expression. Look-around is passed over: the text is checked afterwards.
 * @throws NoValue for what is not understood, such as a reference back to a group.
 */
export function matching(pattern: string, random: Random): string {
  const text = new PatternReader(pattern, random).read();
  if (text.length > LONGEST) throw new NoValue('a pattern of very long texts');
  return text;
}

/** Reads the expression once, and writes a text of it meanwhile. */
class PatternReader {
  #at = 0;
  readonly #pattern: string;
  readonly #random: Random;
  #steps = 0;

  constructor(pattern: string, random: Random) {
    this.#pattern = pattern;
    this.#random = random;
  }

  read(): string {
    const text = this.#alternatives();
    if (this.#at < this.#pattern.length) throw new NoValue('a pattern that is not understood');
    return text;
  }

  #peek(): string {
    return this.#pattern.charAt(this.#at);
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** All branches are read, since where this one ends is found by reading; one of them is what is written. */
  #alternatives(): string {
    const branches = [this.#sequence()];
    while (this.#take('|')) branches.push(this.#sequence());
    return branches[this.#random.below(branches.length)] ?? '';
  }

  #sequence(): string {
    let text = '';
    while (this.#at < this.#pattern.length && this.#peek() !== '|' && this.#peek() !== ')') text += this.#repeated();
    return text;
  }

  #repeated(): string {
    if (++this.#steps > 20_000) throw new NoValue('a pattern with too many parts');
    const from = this.#at;
    const first = this.#atom();
    const to = this.#at;
    const [least, most] = this.#quantifier();
    if (least > LONGEST) throw new NoValue('a pattern of very long texts');
    const times = least + this.#random.below(Math.min(most - least, MORE) + 1);
    if (times === 0) return '';
    let text = first;
    const end = this.#at;
    // Each repetition is read anew, so that it draws its own letters.
    for (let i = 1; i < times; i++) {
      this.#at = from;
      text += this.#atom();
      if (this.#at !== to || text.length > LONGEST) throw new NoValue('a pattern of very long texts');
    }
    this.#at = end;
    return text;
  }

  #quantifier(): readonly [least: number, most: number] {
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})/.exec(this.#pattern.slice(this.#at, this.#at + 24));
    if (found === null) return [1, 1];
    this.#at += found[0].length;
    this.#take('?');
    if (found[0] === '*') return [0, Infinity];
    if (found[0] === '+') return [1, Infinity];
    if (found[0] === '?') return [0, 1];
    const least = Number(found[1]);
    return [least, found[2] === undefined ? least : found[3] === '' ? Infinity : Number(found[3])];
  }

  #atom(): string {
    const char = this.#pattern.charAt(this.#at++);
    switch (char) {
      case '^':
      case '$':
        return '';
      case '.':
        return this.#oneOf(LOWER);
      case '(':
        return this.#group();
      case '[':
        return this.#oneOf(this.#characters());
      case '\\':
        return this.#escape();
      default:
        return char;
    }
  }

  #group(): string {
    const isLooking = ['?=', '?!', '?<=', '?<!'].some((start) => this.#take(start));
    if (!isLooking && !this.#take('?:')) {
      const named = /^\?<\w+>/.exec(this.#pattern.slice(this.#at, this.#at + 80));
      if (named !== null) this.#at += named[0].length;
    }
    const inside = this.#alternatives();
    if (!this.#take(')')) throw new NoValue('a pattern that is not understood');
    return isLooking ? '' : inside;
  }

  #escape(): string {
    const next = this.#peek();
    if (next === 'b' || next === 'B') {
      this.#at++;
      return '';
    }
    if (/[1-9k]/.test(next)) throw new NoValue('a pattern with a reference back to a group');
    return this.#oneOf(this.#escaped());
  }

  /** The characters that an escape stands for, from behind its backslash. */
  #escaped(): string {
    const char = this.#pattern.charAt(this.#at++);
    if (char === 'u' || char === 'x') {
      const code = /^(?:\{([0-9a-f]+)\}|([0-9a-f]{4})|([0-9a-f]{2}))/i.exec(
        this.#pattern.slice(this.#at, this.#at + 12),
      );
      if (code === null) return char;
      const [whole, braces, four, two] = code;
      const hex = char === 'x' ? (four?.slice(0, 2) ?? two) : (braces ?? four);
      if (hex === undefined) return char;
      this.#at += char === 'x' ? 2 : whole.length;
      return String.fromCodePoint(Math.min(0x10ffff, parseInt(hex, 16)));
    }
    if (char === 'p' || char === 'P') {
      const name = /^\{(?:[\w]+=)?(\w+)\}/.exec(this.#pattern.slice(this.#at, this.#at + 60));
      if (name === null) return char;
      this.#at += name[0].length;
      const set = PROPERTIES[name[1] ?? ''];
      if (set === undefined) throw new NoValue('a pattern with a class of letters that is not known');
      return char === 'p' ? set : without(set);
    }
    const set = CLASSES[char.toLowerCase()];
    if (set !== undefined) return char === char.toLowerCase() ? set : without(set);
    return LETTERS[char] ?? char;
  }

  /** What stands between brackets. */
  #characters(): string {
    const isNegated = this.#take('^');
    let set = '';
    while (this.#at < this.#pattern.length && this.#peek() !== ']') {
      const first = this.#member();
      if (this.#peek() === '-' && this.#pattern.charAt(this.#at + 1) !== ']' && first.length === 1) {
        this.#at++;
        set += between(first, this.#member());
      } else set += first;
    }
    if (!this.#take(']')) throw new NoValue('a pattern that is not understood');
    return isNegated ? without(set) : set;
  }

  #member(): string {
    return this.#take('\\') ? this.#escaped() : this.#pattern.charAt(this.#at++);
  }

  /** Letters, digits and marks that every system shows, where the set has any. */
  #oneOf(set: string): string {
    const shown = [...set].filter((char) => PRINTABLE.includes(char));
    const from = shown.length > 0 ? shown : [...set];
    const char = from[this.#random.below(Math.max(1, from.length))];
    if (char === undefined) throw new NoValue('a pattern with an empty class');
    return char;
  }
}

function between(first: string, last: string): string {
  const [from, to] = [first.codePointAt(0) ?? 0, last.codePointAt(0) ?? 0];
  return Array.from({ length: Math.min(256, Math.max(0, to - from + 1)) }, (_, at) =>
    String.fromCodePoint(from + at),
  ).join('');
}

/** Letters and digits first: what a class excludes is often white space or a mark. */
function without(set: string): string {
  const rest = [...PRINTABLE].filter((char) => !set.includes(char));
  const plain = rest.filter((char) => /[a-z0-9]/.test(char));
  return (plain.length > 0 ? plain : rest).join('');
}
