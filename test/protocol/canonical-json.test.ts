import { canonicalJson, derivedAnswer } from '../../src/protocol/index.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('canonicalJson', () => {
  it('sorts keys at every depth and writes no white space', () => {
    expect(canonicalJson({ b: [{ z: 1, a: null }], a: { d: true, c: 'x' } })).toBe(
      '{"a":{"c":"x","d":true},"b":[{"a":null,"z":1}]}',
    );
  });

  it('sorts by UTF-16 code units, as RFC 8785 section 3.2.3 shows', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
    const keys = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33'];
    expect(Object.keys(JSON.parse(canonicalJson(value)) as object).sort()).toEqual([...keys].sort());
    const positions = keys.map((key) => canonicalJson(value).indexOf(JSON.stringify(key)));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  it('writes numbers as ECMAScript does', () => {
    expect(canonicalJson([0, -0, 1e21, 1e-7, 0.1, 333333333.3333333, -1.5])).toBe(
      '[0,0,1e+21,1e-7,0.1,333333333.3333333,-1.5]',
    );
  });

  it('leaves out undefined members, as JSON does', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('is JSON of the same value, and the same text however the keys were ordered', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });

  it('refuses what is nested deeper than 200 instead of running out of stack', () => {
    const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(canonicalJson(nested(200))).toBe('['.repeat(200) + ']'.repeat(200));
    expect(() => canonicalJson(nested(201))).toThrow(RangeError);
    expect(() => canonicalJson(nested(100_000))).toThrow(RangeError);
  });

  it('refuses what JSON does not have', () => {
    expect(() => canonicalJson({ a: () => 1 })).toThrow(TypeError);
  });

  it('writes a whole number beyond 2^53 digit by digit', () => {
    expect(canonicalJson({ a: 9007199254740993n })).toBe('{"a":9007199254740993}');
  });
});

describe('derivedAnswer', () => {
  /** FNV-1a from its definition, in unbounded integers. */
  function referenceDigest(text: string, basis: bigint): bigint {
    let hash = basis;
    for (let i = 0; i < text.length; i++) hash = ((hash ^ BigInt(text.charCodeAt(i))) * 0x01000193n) & 0xffffffffn;
    return hash;
  }

  it('is the tool and the FNV-1a digest of tool and arguments', () => {
    const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(anyText, anyText, (tool, args) => {
        const digest = referenceDigest(args, referenceDigest(tool, 0x811c9dc5n));
        expect(derivedAnswer(tool, args)).toBe(`${tool}:${digest.toString(16).padStart(8, '0')}`);
      }),
    );
  });

  it('differs between any two of 20 000 arguments and between tools', () => {
    const answers = new Set<string>();
    for (let i = 0; i < 20_000; i++) answers.add(derivedAnswer('book', `{"berth":${i}}`));
    expect(answers.size).toBe(20_000);
    expect(derivedAnswer('a', '{}')).not.toBe(derivedAnswer('b', '{}'));
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
