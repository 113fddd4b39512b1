/** The stored baseline that a run or a comparison is judged by. */
import { baselineFor, keyOf } from '../compare/index.js';
import type { Summary } from '../analysis/index.js';
import type { ComparativeGate } from '../catalog/index.js';
import { ProblemError } from '../problem/index.js';
import {
  BASELINES_FOLDER,
  readBaselines,
  type BaselineChoice,
  type BaselineKey,
  type RunBaseline,
} from '../record/index.js';
import { comparativeGatesFromTexts } from '../scenario/index.js';
import { envelopeOf } from './sealed-runs.js';

export interface BaselineFlags {
  /** Gates in the scenario language, beside those of the scenario. */
  readonly gate: readonly string[];
  readonly baselines?: string;
}

/** @throws ProblemError (`bad-input`) for gates that a single run can't be judged by. */
export function checkRunGates(texts: readonly string[]): void {
  const other = comparativeGatesFromTexts(texts, '--gate').find(({ versus }) => versus !== 'baseline');
  if (other === undefined) return;
  throw new ProblemError('bad-input', {
    code: 'no-reference',
    what: `--gate "${texts[other.index] ?? ''}" limits a change from a reference, and a single run has none`,
    remedy: 'write "versus: baseline" in it, or use plimsoll compare',
  });
}

/** The baseline of a key among those of a folder. */
export async function chosenBaseline(key: BaselineKey | null, folder = BASELINES_FOLDER): Promise<BaselineChoice> {
  const stored = await readBaselines(folder);
  if (key === null)
    return { kind: 'unlike', why: 'the run has no envelope, so that no baseline is known to be like it' };
  return baselineFor(
    stored.map(({ file }) => file),
    key,
  );
}

/** What a run is judged by besides its scenario; null when that asks for no baseline. */
export async function runBaseline(
  run: { readonly summary: Pick<Summary, 'name'>; readonly envelope: unknown },
  gates: readonly ComparativeGate[],
  flags: BaselineFlags,
): Promise<RunBaseline | null> {
  if (flags.gate.length === 0 && gates.every(({ versus }) => versus !== 'baseline')) return null;
  const envelope = envelopeOf(run.envelope);
  const key = envelope === null ? null : keyOf({ summary: run.summary, envelope });
  return {
    schema: 'plimsoll/run-baseline-v1',
    gates: flags.gate,
    choice: await chosenBaseline(key, flags.baselines),
  };
}
