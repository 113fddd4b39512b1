import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ProblemError } from '../../src/problem/index.js';
import { GOOD, read } from './helpers.js';

/** Reads a text; anything thrown but a well-formed ProblemError fails the test. */
function mustBeTold(text: string): 'read' | 'refused' {
  try {
    read(text);
    return 'read';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.kind).toBe('bad-input');
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { what, remedy, where } of error.problems) {
      expect(what).not.toBe('');
      expect(remedy).not.toBe('');
      // zod's own words would mean that a case was forgotten.
      expect(what).not.toMatch(/Invalid input|\[object|undefined/);
      if (where === undefined) continue;
      expect(where.line).toBeGreaterThan(0);
      expect(where.column).toBeGreaterThan(0);
      expect((where.text ?? '').length + 1).toBeGreaterThanOrEqual(Math.min(where.column, 401));
    }
    return 'refused';
  }
}

type Path = (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

function changedAt(
  value: unknown,
  path: Path,
  change: (holder: Record<string, unknown>, key: string) => void,
): unknown {
  const copy: unknown = structuredClone(value);
  let holder = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  const last = path.at(-1);
  if (last !== undefined) change(holder, String(last));
  return copy;
}

describe('no text gives a stack trace', () => {
  const document: unknown = parse(GOOD);
  const paths = pathsOf(document).filter((path) => path.length > 0);

  it('when any value is replaced by any other', () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<unknown>(null, '', '${env.X}', '$${', '${', '30', '5%', -1, 1e308, [], {}, [{}], 'a.b', '../..'),
      fc.constantFrom(...paths).map((path) => path.at(-1)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), value, (path, other) => {
        mustBeTold(JSON.stringify(changedAt(document, path, (holder, key) => (holder[key] = other))));
      }),
      { numRuns: 120 },
    );
  });

  it('when any value is a map with the names of what every object has', () => {
    const inherited = Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== '__proto__');
    const trap = Object.fromEntries(inherited.map((name) => [name, 1]));
    for (const path of paths)
      for (const other of [trap, [trap], { pick: [trap] }])
        mustBeTold(JSON.stringify(changedAt(document, path, (holder, key) => (holder[key] = other))));
    for (const name of inherited)
      for (const path of paths)
        mustBeTold(JSON.stringify(changedAt(document, path, (holder, key) => (holder[key] = name))));
  });

  it('when any key is removed or renamed', () => {
    const outcomes = new Set<string>();
    for (const path of paths) {
      if (typeof path.at(-1) === 'number') continue;
      outcomes.add(mustBeTold(JSON.stringify(changedAt(document, path, (holder, key) => delete holder[key]))));
      outcomes.add(
        mustBeTold(
          JSON.stringify(
            changedAt(document, path, (holder, key) => {
              holder[`${key}x`] = holder[key];
              delete holder[key];
            }),
          ),
        ),
      );
    }
    expect(outcomes).toEqual(new Set(['read', 'refused']));
  });

  it('when the text is cut or characters are thrown in', () => {
    fc.assert(
      fc.property(
        fc.nat(GOOD.length),
        fc.nat(40),
        fc.oneof(
          fc.string({ maxLength: 3 }),
          fc.constantFrom(
            '{',
            '}',
            '[',
            ']',
            ':',
            '- ',
            '\t',
            '\n',
            '&a ',
            '*a',
            '!x ',
            '"',
            "'",
            '#',
            '|',
            '>',
            '%',
            '---\n',
            '<<: ',
            '${',
          ),
        ),
        (at, length, text) => {
          mustBeTold(GOOD.slice(0, at) + text + GOOD.slice(at + length));
        },
      ),
      { numRuns: 120 },
    );
  });

  it('when it is any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        mustBeTold(text);
      }),
      { numRuns: 100 },
    );
  });
});
