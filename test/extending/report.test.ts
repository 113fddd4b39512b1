/**
 * Adding to the reports: a chapter and an export format are a module of their own and an entry in a list. Leaving out a
 * part of either is a type error.
 */
import { describe, expect, it, vi } from 'vitest';
import { errorsWith, objectOf, withEntry } from './with-files.js';

/** The compiler takes seconds, and longer on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

const ADDED = [
  {
    what: 'a chapter',
    folder: 'src/report/topics',
    listEnd: '\n]);',
    parts: {
      id: "'tides'",
      title: "'Tides'",
      label: "'Tides'",
      place: "'results'",
      lead: '() => null',
      headline: "() => ({ state: 'quiet', finding: 'High water.', key: null } as const)",
      applies: '() => true',
      page: "() => [{ kind: 'text', text: 'High water.' } as const]",
      markdown: '() => []',
      terminal: '() => []',
    },
  },
  {
    what: 'an export format',
    folder: 'src/export',
    listEnd: '\n} as const satisfies',
    parts: { file: "'tides.csv'", contentOf: "() => 'high,low'" },
  },
] as const;

describe.each(ADDED)('$what', ({ folder, listEnd, parts }) => {
  const errors = (left?: string): readonly string[] =>
    errorsWith(
      {
        [`${folder}/tides.ts`]: `export const tides = ${objectOf(parts, left)} as const;\n`,
        ...withEntry(`${folder}/index.ts`, listEnd, 'tides,', "import { tides } from './tides.js';\n"),
      },
      [],
    );

  it('is one module and one entry in the list', () => {
    expect(errors()).toEqual([]);
  });

  it.each(Object.keys(parts))('without its %s is a type error', (left) => {
    expect(errors(left).join()).toContain(`'${left}'`);
  });
});

it('a second chapter with the id of another is a type error that names the id', () => {
  const [{ folder, listEnd, parts }] = ADDED;
  const errors = errorsWith(
    {
      [`${folder}/tides.ts`]: `export const tides = ${objectOf({ ...parts, id: "'recovery'" })} as const;\n`,
      ...withEntry(`${folder}/index.ts`, listEnd, 'tides,', "import { tides } from './tides.js';\n"),
    },
    [],
  );
  expect(errors.join()).toContain('idOfTwoChapters: "recovery"');
});
