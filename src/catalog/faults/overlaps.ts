/**
 * Faults that contradict each other because they are in force at the same time.
 *
 * Unlike faults add up: latency and an outage on one link, a stall in a mock behind a slow link. Refused are two of one
 * type on one place (which one is in force, and which one lifts the other?), two faults on one process (it can't be
 * frozen while it is gone), a fault in a mock that would have to be set or lifted while its process is frozen, or that
 * a restart makes it forget, and kinds that a descriptor names as contradictory: each fault counts its calls from its
 * own beginning, so that no choice of calls keeps the two apart.
 */
import { MOCK_FAULTS, type MockFaultText } from './mock/index.js';
import { endsProcess, PROCESS_FAULTS, type ProcessFaultText } from './process/index.js';
import { isLinkFault, isMockFault, isProcessFault, type FaultText } from './text.js';

export interface FaultContradiction {
  readonly because: string;
  readonly remedy: string;
}

const APART = 'move one of them';

/** Why two faults on the same place can't be in force at the same time; null: they can. */
export function contradictionOf(a: FaultText, b: FaultText): FaultContradiction | null {
  if (isProcessFault(a) && isProcessFault(b))
    return { because: 'one process can have one fault at a time', remedy: APART };
  if (isProcessFault(a) && isMockFault(b)) return inProcess(a, b);
  if (isMockFault(a) && isProcessFault(b)) return inProcess(b, a);
  if (isLinkFault(a) && isLinkFault(b))
    return a.type === b.type && direction(a) === direction(b)
      ? { because: 'of the same type on the same link', remedy: `${APART}, or use one fault for the whole time` }
      : null;
  return isMockFault(a) && isMockFault(b) ? inOneMock(a, b) : null;
}

function inOneMock(a: MockFaultText, b: MockFaultText): FaultContradiction | null {
  const because = a.type === b.type ? 'of the same type in the same mock' : (objection(a, b) ?? objection(b, a));
  const apart = a.tool !== undefined && b.tool !== undefined && a.tool !== b.tool;
  return because === null || apart ? null : { because, remedy: `${APART}, or give each a tool of its own` };
}

/** Why a descriptor excludes another kind. */
function objection(by: MockFaultText, to: MockFaultText): string | null {
  const { contradicts } = MOCK_FAULTS[by.type];
  return contradicts?.kind === to.type ? contradicts.because : null;
}

function direction(fault: FaultText): string {
  return 'direction' in fault ? (fault.direction ?? 'downstream') : 'downstream';
}

function inProcess(process: ProcessFaultText, mock: MockFaultText): FaultContradiction | null {
  if (endsProcess(PROCESS_FAULTS[process.type].action))
    return { because: 'a mock that ends forgets its faults', remedy: APART };
  const duringProcessFault = (at: number): boolean => at >= process.at && at <= process.at + (process.for ?? Infinity);
  return duringProcessFault(mock.at) || duringProcessFault(mock.at + mock.for)
    ? {
        because: 'nothing can be set or lifted in a frozen mock',
        remedy: 'let the freeze begin and end within the other fault, or apart from it',
      }
    : null;
}
