/** Which faults are active at the same time in the same place. The catalog knows whether they contradict each other. */
import { contradictionOf, type FaultText } from '../../catalog/index.js';
import { placeOf, spanAt } from '../tree.js';
import type { CheckContext } from './context.js';

export function checkOverlaps(context: CheckContext): void {
  context.faults.forEach((fault, index) => {
    if (fault === null) return;
    for (const [before, other] of context.faults.slice(0, index).entries()) {
      if (other === null || other.on !== fault.on || !overlap(context, other, fault)) continue;
      const contradiction = contradictionOf(other, fault);
      if (contradiction === null) continue;
      const { line } = placeOf(spanAt(context.tree, ['faults', before], 'key'));
      context.error(['faults', index, 'at'], 'fault-overlap', {
        what: `this ${fault.type} overlaps fault ${before}, ${other.type} in line ${line}: ${contradiction.because}`,
        remedy: contradiction.remedy,
      });
      return;
    }
  });
}

/** Whether two faults are in force at the same time. One without an end lasts through every later phase. */
function overlap(context: CheckContext, a: FaultText, b: FaultText): boolean {
  const [phaseA, phaseB] = [context.phaseNames.indexOf(a.phase), context.phaseNames.indexOf(b.phase)];
  if (phaseA === phaseB) return a.at < b.at + (b.for ?? Infinity) && b.at < a.at + (a.for ?? Infinity);
  const [earlier, later] = phaseA < phaseB ? [a, b] : [b, a];
  return earlier.for === undefined && context.phaseNames.includes(later.phase);
}
