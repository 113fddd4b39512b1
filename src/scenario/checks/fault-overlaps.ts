/**
 * Faults that contradict each other because they are in force at the same time.
 *
 * Unlike faults add up: latency and an outage on one link, a stall in a mock behind a slow link. Refused are two of one
 * type on one place (which one holds, and which one lifts the other?), two faults on one process (it can't be frozen
 * while it is gone), a fault in a mock that would have to be set or lifted while its process is frozen, or that a
 * restart makes it forget, and effects that are to be both doubled and lost: each fault counts its calls from its own
 * beginning, so that no choice of calls keeps the two apart.
 */
import {
  isLinkFault,
  isMockFault,
  isProcessFault,
  type FaultText,
  type MockFaultText,
  type ProcessFaultText,
} from '../grammar/faults.js';
import { placeOf, spanAt } from '../source-tree.js';
import type { CheckContext } from './context.js';

interface Clash {
  readonly because: string;
  readonly remedy: string;
}

export function checkOverlaps(context: CheckContext): void {
  context.faults.forEach((fault, index) => {
    if (fault === null) return;
    for (const [before, other] of context.faults.slice(0, index).entries()) {
      if (other === null || other.on !== fault.on) continue;
      const clash = clashOf(context, other, fault);
      if (clash === null) continue;
      const { line } = placeOf(spanAt(context.tree, ['faults', before], 'key'));
      context.error(
        ['faults', index, 'at'],
        'value',
        'fault-overlap',
        `this ${fault.type} overlaps fault ${before}, ${other.type} in line ${line}: ${clash.because}`,
        clash.remedy,
      );
      return;
    }
  });
}

const APART = 'move one of them';

function clashOf(context: CheckContext, a: FaultText, b: FaultText): Clash | null {
  if (isProcessFault(a) && isProcessFault(b)) {
    return overlap(context, a, b) ? { because: 'one process can have one fault at a time', remedy: APART } : null;
  }
  if (isProcessFault(a) && isMockFault(b)) return inProcess(context, a, b);
  if (isMockFault(a) && isProcessFault(b)) return inProcess(context, b, a);
  const contrary = isMockFault(a) && isMockFault(b) && contraryEffects(a, b);
  if ((a.type !== b.type && !contrary) || !overlap(context, a, b)) return null;
  if (isLinkFault(a) && isLinkFault(b)) {
    return direction(a) === direction(b)
      ? {
          because: 'of the same type on the same link',
          remedy: 'move one of them, or use one fault for the whole time',
        }
      : null;
  }
  if (isMockFault(a) && isMockFault(b)) {
    const apart = a.tool !== undefined && b.tool !== undefined && a.tool !== b.tool;
    const because = contrary
      ? "one call can't be executed twice and not at all, and both may choose it"
      : 'of the same type in the same mock';
    return apart ? null : { because, remedy: 'move one of them, or give each a tool of its own' };
  }
  return null;
}

function contraryEffects(a: MockFaultText, b: MockFaultText): boolean {
  const types = [a.type, b.type];
  return types.includes('duplicate-effect') && types.includes('lost-effect');
}

function direction(fault: FaultText): string {
  return 'direction' in fault ? (fault.direction ?? 'downstream') : 'downstream';
}

function inProcess(context: CheckContext, process: ProcessFaultText, mock: MockFaultText): Clash | null {
  if (!overlap(context, process, mock)) return null;
  if (process.type !== 'freeze') return { because: 'a mock that ends forgets its faults', remedy: APART };
  const hit = (at: number): boolean => at >= process.at && at <= process.at + process.for;
  return hit(mock.at) || hit(mock.at + mock.for)
    ? {
        because: 'a frozen mock can be told nothing',
        remedy: 'let the freeze begin and end within the other fault, or apart from it',
      }
    : null;
}

/** Whether two faults are in force at the same time. One without an end lasts through every later phase. */
function overlap(context: CheckContext, a: FaultText, b: FaultText): boolean {
  const [phaseA, phaseB] = [context.phaseNames.indexOf(a.phase), context.phaseNames.indexOf(b.phase)];
  if (phaseA === phaseB) return a.at < b.at + (b.for ?? Infinity) && b.at < a.at + (a.for ?? Infinity);
  const [earlier, later] = phaseA < phaseB ? [a, b] : [b, a];
  return earlier.for === undefined && context.phaseNames.includes(later.phase);
}
