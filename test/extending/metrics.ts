/**
 * Adding a metric: one new file and one line in the list. Leaving out any part of it is a type error; grammar, checks,
 * gates, hypotheses and their wording take it from the list.
 */
import { expect, it, vi } from 'vitest';
import { additions, withEntry, type Files } from './with-files.js';

/** The compiler takes seconds, and longer on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

const FOLDER = 'src/catalog/metrics';
const LIST = `${FOLDER}/list.ts`;
/** All that uses the list. */
const USERS = [
  `${FOLDER}/gate-grammar.ts`,
  `${FOLDER}/hypothesis-grammar.ts`,
  `${FOLDER}/bounds.ts`,
  `${FOLDER}/words.ts`,
  'src/scenario/checks/gates.ts',
  'src/analysis/hypotheses/readings.ts',
  'src/gate/readings.ts',
];

const PARTS = {
  definition: "'Share of the time without a call.'",
  source: "'queueing theory'",
  better: "'higher'",
  usual: "'ratio'",
  comparison: "{ group: 'throughput', shows: ['ratio'] }",
  dependsOnLoop: 'true',
  dependsOnLength: 'false',
  needs: '[]',
  per: "'phase'",
  isIn: '() => true',
  stats: "{ ratio: { unit: 'ratio', change: 'difference', read: () => [known(0.5)] } }",
  stretch: 'null',
} as const;

const STAT_PARTS = ['unit', 'change', 'read'] as const;

const file = (name: string, parts: Readonly<Record<string, string>>, left?: string): Files => ({
  [`${FOLDER}/${name}.ts`]:
    "import type { Metric } from './metric.js';\nimport { known } from './reading.js';\nvoid known;\n" +
    `export const idleShare = { ${Object.entries(parts)
      .filter(([key]) => key !== left)
      .map(([key, value]) => `${key}: ${value}`)
      .join(', ')} } as const satisfies Metric;\n`,
});

/** The list with the metric of a file, in its place or beside it. */
const listed = (name: string, copy = LIST): Files =>
  withEntry(
    LIST,
    '\n} as const satisfies',
    "'idle-share': idleShare,",
    `import { idleShare } from './${name}.js';\n`,
    copy,
  );

const INCOMPLETE = Object.keys(PARTS).map((left) => [`without-${left}`, left] as const);
const OF_STATS = STAT_PARTS.map((part) => [`without-${part}`, part] as const);
/** The statistics are there, and there is none. */
const NONE = [['without-any-statistic', "'{}'"]] as const;

const errorsOf = additions.add(
  Object.assign(
    {
      ...file('idle-share', PARTS),
      ...file('without-unit', { ...PARTS, stats: "{ ratio: { change: 'difference', read: () => [known(0.5)] } }" }),
      ...file('without-change', { ...PARTS, stats: "{ ratio: { unit: 'ratio', read: () => [known(0.5)] } }" }),
      ...file('without-read', { ...PARTS, stats: "{ ratio: { unit: 'ratio', change: 'difference' } }" }),
      ...file('without-any-statistic', { ...PARTS, stats: '{}' }),
      ...listed('idle-share'),
    },
    ...INCOMPLETE.map(([name, left]) => file(name, PARTS, left)),
  ) as Files,
  USERS,
);

it('a metric is one new file and one line in the list; without any of its parts that file is a type error', () => {
  const errors = errorsOf();
  for (const [name, left] of [...INCOMPLETE, ...OF_STATS, ...NONE])
    expect(errors.filter((error) => error.startsWith(`${FOLDER}/${name}.ts: `)).join(), name).toContain(left);
  expect(errors.filter((error) => !error.includes('/without-'))).toEqual([]);
});

/** The metric with or without a value of a stretch, a list that holds it, and where it is named as a hypothesis. */
function asHypothesis(name: string, stretch: string): { readonly uses: string; readonly errors: () => string } {
  const uses = `${FOLDER}/uses-${name}.ts`;
  const errors = additions.add({
    ...file(name, { ...PARTS, stretch }),
    ...listed(name, `${FOLDER}/list-${name}.ts`),
    [uses]:
      `import type { HypothesisMetric } from './list-${name}.js';\n` +
      "export const name: HypothesisMetric = 'idle-share';\n",
  });
  return { uses, errors: () => errors().join() };
}
const WITH_STRETCH = asHypothesis('idle-with-stretch', PARTS.stats);
const NO_STRETCH = asHypothesis('idle-no-stretch', 'null');

it('a metric can be a hypothesis exactly where a stretch has a value of it', () => {
  expect(WITH_STRETCH.errors()).toBe('');
  expect(NO_STRETCH.errors()).toContain(`${NO_STRETCH.uses}: Type '"idle-share"' is not assignable`);
});
