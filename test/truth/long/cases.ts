/** The cases, in the order in which they run and are shown. */
import { capacityCase } from './capacity-case.js';
import type { TruthCase } from './case.js';
import { drainCase } from './drain-case.js';
import { metastableCase } from './metastable-case.js';
import { outageCase } from './outage-case.js';
import { queueCases } from './queue-case.js';
import { replayCase } from './replay-case.js';
import { stagesCase } from './stages-case.js';
import { standstillCase } from './standstill-case.js';

export const CASES: readonly TruthCase[] = [
  replayCase,
  ...queueCases,
  standstillCase,
  drainCase,
  outageCase,
  stagesCase,
  capacityCase,
  metastableCase,
];

/** The whole suite may be outside by chance once in a hundred runs: that is shared among all it states (Bonferroni). */
export const SUITE_FALSE_ALARM = 0.01;

export const STATEMENT_FALSE_ALARM = SUITE_FALSE_ALARM / CASES.reduce((sum, { chances }) => sum + chances, 0);

/** The cases a word names: its id, or the beginning of it. */
export function casesNamed(words: readonly string[]): readonly TruthCase[] {
  return words.length === 0 ? CASES : CASES.filter(({ id }) => words.some((word) => id.startsWith(word)));
}
