/** Error fidelity: what the client sees of the calls that fail while something is wrong at an upstream. */
import { ERROR_CLASSES, outcomeCode, SAMPLE_FLAGS } from '../../record/index.js';
import type { GatewayInput } from './run.js';
import type { ErrorView } from './types.js';

const OK = outcomeCode('ok');
const MOST_KINDS = 6;

/** One for each fault that was active, of the last attempts that ended meanwhile. */
export function errorViews({ record: { samples }, edges, frames }: GatewayInput): readonly ErrorView[] {
  return edges.flatMap(({ planned, onNs, offNs }): readonly ErrorView[] => {
    const frame = frames.find((each) => each.planned.index === planned.phaseIndex);
    if (frame === undefined) return [];
    const untilNs = offNs ?? frame.drainedNs;
    const kinds = new Map<string, { errorClass: string; status: number; code: number; count: number }>();
    let ended = 0;
    let ok = 0;
    for (let row = 0; row < samples.length; row++) {
      const doneNs = samples.doneNs[row] ?? NaN;
      const isLast = ((samples.flags[row] ?? 0) & SAMPLE_FLAGS.final) !== 0;
      if (!isLast || !(doneNs >= onNs && doneNs <= untilNs)) continue;
      ended++;
      if (samples.outcome[row] === OK) {
        ok++;
        continue;
      }
      const errorClass = ERROR_CLASSES[samples.errorClass[row] ?? 0] ?? 'none';
      const [status, code] = [samples.httpStatus[row] ?? 0, samples.rpcCode[row] ?? 0];
      const key = `${errorClass} ${status} ${code}`;
      const known = kinds.get(key);
      if (known === undefined) kinds.set(key, { errorClass, status, code, count: 1 });
      else known.count++;
    }
    const seen = [...kinds.values()].sort((a, b) => b.count - a.count).slice(0, MOST_KINDS);
    const { id: fault, type, place } = planned;
    return [{ fault, type, place, phase: frame.planned.name, ended, ok, seen }];
  });
}
