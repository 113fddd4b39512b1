/**
 * Adding a metric: one new file and one line in the list. Leaving out any part of it is a type error; grammar, checks,
 * gates, hypotheses and their wording take it from the list.
 */
import { expect, it, vi } from 'vitest';
import { errorsWith, textOf } from './with-files.js';

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

const file = (
  name: string,
  parts: Readonly<Record<string, string>>,
  left?: string,
): Readonly<Record<string, string>> => ({
  [`${FOLDER}/${name}.ts`]:
    "import type { Metric } from './metric.js';\nimport { known } from './reading.js';\nvoid known;\n" +
    `export const idleShare = { ${Object.entries(parts)
      .filter(([key]) => key !== left)
      .map(([key, value]) => `${key}: ${value}`)
      .join(', ')} } as const satisfies Metric;\n`,
});

function listed(): Readonly<Record<string, string>> {
  const end = '\n} as const satisfies';
  const text = textOf(LIST);
  expect(text).toContain(end);
  return {
    [LIST]: `import { idleShare } from './idle-share.js';\n${text.replace(end, `\n  'idle-share': idleShare,${end}`)}`,
  };
}

/** The statistics are there, and there is none. */
const NONE = [['without-any-statistic', "'{}'"]] as const;

it('a metric is one new file and one line in the list; without any of its parts that file is a type error', () => {
  const incomplete = Object.keys(PARTS).map((left) => [`without-${left}`, left] as const);
  const errors = errorsWith(
    Object.assign(
      {
        ...file('idle-share', PARTS),
        ...file('without-unit', { ...PARTS, stats: "{ ratio: { change: 'difference', read: () => [known(0.5)] } }" }),
        ...file('without-change', { ...PARTS, stats: "{ ratio: { unit: 'ratio', read: () => [known(0.5)] } }" }),
        ...file('without-read', { ...PARTS, stats: "{ ratio: { unit: 'ratio', change: 'difference' } }" }),
        ...file('without-any-statistic', { ...PARTS, stats: '{}' }),
        ...listed(),
      },
      ...incomplete.map(([name, left]) => file(name, PARTS, left)),
    ) as Readonly<Record<string, string>>,
    USERS,
  );
  const ofStats = STAT_PARTS.map((part) => [`without-${part}`, part] as const);
  for (const [name, left] of [...incomplete, ...ofStats, ...NONE])
    expect(errors.filter((error) => error.startsWith(`${FOLDER}/${name}.ts: `)).join(), name).toContain(left);
  expect(errors.filter((error) => !error.includes('/without-'))).toEqual([]);
});

it('a metric can be a hypothesis exactly where a stretch has a value of it', () => {
  const names = "import type { HypothesisMetric } from './list.js';\n";
  const uses = `${FOLDER}/uses.ts`;
  const errors = (stretch: string): string =>
    errorsWith(
      {
        ...file('idle-share', { ...PARTS, stretch }),
        ...listed(),
        [uses]: `${names}export const name: HypothesisMetric = 'idle-share';\n`,
      },
      [],
    ).join();
  expect(errors(PARTS.stats)).toBe('');
  expect(errors('null')).toContain(`${uses}: Type '"idle-share"' is not assignable`);
});
