/** Error fidelity: what the client sees of the calls that fail while something is wrong at an upstream. */
import { ERROR_CLASSES, outcomeCode, SAMPLE_FLAGS, type SampleColumns } from '../../record/index.js';
import type { GatewayInput } from './run.js';
import type { ErrorView, SeenFailure } from './types.js';

const OK = outcomeCode('ok');
const MOST_KINDS = 6;

/** The ways in which these attempts failed, most first. @param rows none of them ok. */
export function failureKinds(samples: SampleColumns, rows: readonly number[]): readonly SeenFailure[] {
  const kinds = new Map<string, SeenFailure>();
  for (const row of rows) {
    const errorClass = ERROR_CLASSES[samples.errorClass[row] ?? 0] ?? 'none';
    const [status, code] = [samples.httpStatus[row] ?? 0, samples.rpcCode[row] ?? 0];
    const key = `${errorClass} ${status} ${code}`;
    kinds.set(key, { errorClass, status, code, count: (kinds.get(key)?.count ?? 0) + 1 });
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count).slice(0, MOST_KINDS);
}

/** One for each fault that was active, of the last attempts that ended meanwhile. */
export function errorViews({ record: { samples }, edges, frames }: GatewayInput): readonly ErrorView[] {
  return edges.flatMap(({ planned, onNs, offNs }): readonly ErrorView[] => {
    const frame = frames.find((each) => each.planned.index === planned.phaseIndex);
    if (frame === undefined) return [];
    const untilNs = offNs ?? frame.drainedNs;
    const failed: number[] = [];
    let ended = 0;
    for (let row = 0; row < samples.length; row++) {
      const doneNs = samples.doneNs[row] ?? NaN;
      const isLast = ((samples.flags[row] ?? 0) & SAMPLE_FLAGS.final) !== 0;
      if (!isLast || !(doneNs >= onNs && doneNs <= untilNs)) continue;
      ended++;
      if (samples.outcome[row] !== OK) failed.push(row);
    }
    const { id: fault, type, place } = planned;
    const counts = { ended, ok: ended - failed.length };
    return [{ fault, type, place, phase: frame.planned.name, ...counts, seen: failureKinds(samples, failed) }];
  });
}
