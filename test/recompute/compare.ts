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

/**
 * Leaves that are not compared, each for a reason. Nothing else may be left out.
 */
const EXCEPTIONS: readonly { readonly path: RegExp; readonly why: string }[] = [
  { path: /^validity\./, why: 'verdicts in words; the numbers in them are those of the phases' },
  { path: /^recoveries\.\d+\.note$/, why: 'words' },
  { path: /^capacities\.\d+\.probes\.\d+\.why\./, why: 'words; the numbers in them are those of the evidence' },
  { path: /^sideEffects\..*\.?(reason|note|stateReason)$/, why: 'words' },
  { path: /^hypotheses\.\d+\.results\.\d+\.(text|before\.why|after\.why)$/, why: 'words' },
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

/** Every leaf in which a summary and its recomputation differ, or that only one of them has. */
export function compareLeaves(summary: unknown, recomputed: unknown): readonly Mismatch[] {
  const told = leaves(summary);
  const found = leaves(recomputed);
  const compared = [...new Set([...told.keys(), ...found.keys()])].filter(
    (path) => !EXCEPTIONS.some((exception) => exception.path.test(path)),
  );
  return compared.flatMap((path) => {
    const [a, b] = [
      told.has(path) ? told.get(path) : 'not in summary.json',
      found.has(path) ? found.get(path) : NOTHING,
    ];
    return agree(path, a, b) ? [] : [{ path, summary: a, recomputed: b }];
  });
}

/** Recomputes a run directory and compares it with the summary.json in it. */
export async function compareSummary(dir: string): Promise<readonly Mismatch[]> {
  return compareLeaves(JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8')), recompute(await readRunFiles(dir)));
}
