/** summary.json against its recomputation, leaf by leaf. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recompute } from './recompute.js';
import { readRunFiles } from './run-files.js';

export interface Mismatch {
  /** Where in summary.json: `phases.0.responseTime.ok.meanNs`. */
  readonly path: string;
  readonly summary: unknown;
  /** What the recomputation says; the text `not recomputed` where it says nothing. */
  readonly recomputed: unknown;
}

/** Leaves that are not compared, each with the test in `test/analysis` that holds them. Nothing else is left out. */
export const LEFT_TO_ANALYSIS: readonly { readonly path: RegExp; readonly test: string }[] = [
  { path: /^validity\./, test: 'validity.test.ts' },
  { path: /^lateness\b/, test: 'validity.test.ts' },
  { path: /^phases\.\d+\.consistencyError$/, test: 'queue.test.ts' },
  { path: /^phases\.\d+\.outsideFaults\b/, test: 'calls.test.ts' },
  { path: /^recoveries\.\d+\.note$/, test: 'recovery.test.ts' },
  { path: /^(failures|answerGaps|foreignAnswers|serverRequests|sessionTurnover)\b/, test: 'events.test.ts' },
  { path: /^lateness\b/, test: 'validity.test.ts' },
  { path: /^attributions\b/, test: 'attribution.test.ts' },
  { path: /^spans\b/, test: 'attribution.test.ts' },
  { path: /^phases\.\d+\.arrivals\b/, test: 'arrivals.test.ts' },
  { path: /^phases\.\d+\.upstreamCalls\b/, test: 'queue.test.ts' },
  { path: /^phases\.\d+\.stationar(ity|yStats)\b/, test: 'stationarity.test.ts' },
  { path: /^(capacities|loadLine)\b/, test: 'capacity.test.ts' },
  { path: /^scaling\b/, test: 'scaling.test.ts' },
  { path: /^serverMetrics\b/, test: 'server-metrics.test.ts' },
  { path: /^growth\b/, test: 'growth.test.ts' },
  { path: /^drift\b/, test: 'contract.test.ts' },
  { path: /^hypotheses\b/, test: 'hypotheses.test.ts' },
  { path: /^shards\b/, test: 'shards.test.ts' },
  { path: /^gateway\b/, test: 'gateway.test.ts' },
  { path: /^sideEffects\b/, test: 'side-effects.test.ts' },
  { path: /^afterFault\.hiddenCapacities\b/, test: 'after-fault/metastability.test.ts' },
  { path: /^afterFault\.hysteresis\b/, test: 'after-fault/hysteresis.test.ts' },
  {
    path: /^(floor\.loopbackReference|generator|spinLostShare|otherProcesses|warnings)\b/,
    test: 'environment.test.ts',
  },
];

const NOTHING = 'not recomputed';

/**
 * A slope is what is left of differences of ages, nanoseconds in the millions: near 0, the last digits of those are all
 * it is.
 */
const SLOPE = /\.slope\.(nsPerSecond|low|high)$/;

/** Sums in another order differ in the last digits; counts and nanoseconds don't. */
function agree(path: string, a: unknown, b: unknown): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return a === b;
  return Math.abs(a - b) <= Math.max(SLOPE.test(path) ? 1e-7 : 1e-12, 1e-12 * Math.max(Math.abs(a), Math.abs(b)));
}

/** Leaves of a JSON value, by path. Empty arrays and objects are leaves of their own, so that they can't be lost. */
export function leaves(value: unknown, path = ''): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]]);
  const entries = Object.entries(value);
  if (entries.length === 0) return new Map([[path, Array.isArray(value) ? '[]' : '{}']]);
  return new Map(entries.flatMap(([key, inner]) => [...leaves(inner, path === '' ? key : `${path}.${key}`)]));
}

/** Whether a leaf is recomputed, and not left to the tests of the analysis. */
export const isCompared = (path: string): boolean => !LEFT_TO_ANALYSIS.some((left) => left.path.test(path));

/** Every leaf in which a summary and its recomputation differ, or that only one of them has. */
export function compareLeaves(summary: unknown, recomputed: unknown): readonly Mismatch[] {
  const written = leaves(summary);
  const found = leaves(recomputed);
  const compared = [...new Set([...written.keys(), ...found.keys()])].filter(isCompared);
  return compared.flatMap((path) => {
    const [a, b] = [
      written.has(path) ? written.get(path) : 'not in summary.json',
      found.has(path) ? found.get(path) : NOTHING,
    ];
    return agree(path, a, b) ? [] : [{ path, summary: a, recomputed: b }];
  });
}

/** Recomputes a run directory and compares it with the summary.json in it. */
export async function compareSummary(dir: string): Promise<readonly Mismatch[]> {
  return compareLeaves(JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8')), recompute(await readRunFiles(dir)));
}
