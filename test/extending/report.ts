/**
 * Adding to the reports: a chapter and an export format are a module of their own and an entry in a list. Leaving out a
 * part of either is a type error.
 */
import { describe, expect, it, vi } from 'vitest';
import { additions, objectOf, withEntry } from './with-files.js';

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

/** Errors of a module `name` with these parts and of a list that holds it: the list itself, or a copy for a variant. */
function errorsOf({ folder, listEnd }: (typeof ADDED)[number], name: string, parts: string): () => readonly string[] {
  const index = name === 'tides' ? 'index' : `index-${name}`;
  const imported = `import { tides } from './${name}.js';\n`;
  return additions.add({
    [`${folder}/${name}.ts`]: `export const tides = ${parts} as const;\n`,
    ...withEntry(`${folder}/index.ts`, listEnd, 'tides,', imported, `${folder}/${index}.ts`),
  });
}

describe.each(ADDED)('$what', (added) => {
  const whole = errorsOf(added, 'tides', objectOf(added.parts));

  it('is one module and one entry in the list', () => {
    expect(whole()).toEqual([]);
  });

  const incomplete = Object.keys(added.parts).map(
    (left) => [left, errorsOf(added, `without-${left}`, objectOf(added.parts, left))] as const,
  );

  it.each(incomplete)('without its %s is a type error', (left, errors) => {
    expect(errors().join()).toContain(`'${left}'`);
  });
});

const [CHAPTER] = ADDED;
const errorsOfSecond = errorsOf(CHAPTER, 'second', objectOf({ ...CHAPTER.parts, id: "'recovery'" }));

it('a second chapter with the id of another is a type error that names the id', () => {
  expect(errorsOfSecond().join()).toContain('idOfTwoChapters: "recovery"');
});
