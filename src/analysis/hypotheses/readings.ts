/** What a hypothesis finds when its metric is looked up in a stretch of a phase. */
import type { RunEvent } from '../../record/index.js';
import type { CallSpec, Hypothesis } from '../../scenario/index.js';
import { absentReading, callReadings, knownReading, type Reading } from '../bounds/index.js';
import { type Calls, callStats, isOk, perSecond, select } from '../calls/index.js';
import { type DriftSummary, toolsOffContract } from '../contract/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import { queueAge } from '../queue/index.js';

/** What the stretches of a run share. */
export interface Looked {
  readonly calls: Calls;
  readonly specs: readonly CallSpec[];
  readonly events: readonly RunEvent[];
  readonly drift: DriftSummary | null;
}

/** One stretch, with the calls intended in it. */
export interface Stretch {
  readonly phase: AnalysedPhase;
  /** `before the faults`, `after the faults`: what its numbers belong to. */
  readonly name: string;
  readonly fromNs: number;
  readonly toNs: number;
  readonly among: Uint32Array;
}

/** Sessions open at the worst moment of [fromNs, toNs), and how many were ever opened. */
export function sessionsOpen(
  events: readonly RunEvent[],
  fromNs: number,
  toNs: number,
): { readonly fewest: number; readonly opened: number } {
  const open = new Set<number>();
  const ever = new Set<number>();
  let fewest = Infinity;
  let entered = false;
  for (const event of events) {
    if (event.type !== 'session') continue;
    if (event.atNs >= toNs) break;
    if (!entered && event.atNs >= fromNs) {
      entered = true;
      fewest = open.size;
    }
    if (event.edge === 'opened' || event.edge === 'reopened') {
      open.add(event.session);
      ever.add(event.session);
    } else {
      open.delete(event.session);
    }
    if (entered) fewest = Math.min(fewest, open.size);
  }
  return { fewest: entered ? fewest : open.size, opened: ever.size };
}

function ofQueueAge(hypothesis: Hypothesis, { phase, name, fromNs, toNs }: Stretch): Reading {
  const age = queueAge(phase.line, fromNs, toNs);
  if (hypothesis.stat === 'max') return knownReading(name, age.maxNs);
  if (hypothesis.stat === 'p99') return knownReading(name, age.p99Ns);
  return age.slope === null
    ? { where: name, kind: 'not-estimable', why: 'a slope takes 5 s of schedule' }
    : { where: name, kind: 'trend', value: age.slope.nsPerSecond, low: age.slope.low, high: age.slope.high };
}

/** Everything the hypothesis has to hold for in this stretch. */
export function readingsIn(hypothesis: Hypothesis, stretch: Stretch, looked: Looked): readonly Reading[] {
  const { phase, name, fromNs, toNs, among } = stretch;
  const { calls, specs, events, drift } = looked;
  const seconds = (toNs - fromNs) / 1e9;
  switch (hypothesis.metric) {
    case 'contract-drift':
      return [
        drift === null
          ? absentReading(name, 'the tool list was not watched')
          : knownReading(name, toolsOffContract(drift, fromNs, toNs)),
      ];
    case 'sessions-open': {
      const { fewest, opened } = sessionsOpen(events, fromNs, toNs);
      return [opened === 0 ? absentReading(name, 'no session was opened') : knownReading(name, fewest / opened)];
    }
    case 'queue-age':
      return [among.length === 0 ? absentReading(name, 'no calls were offered') : ofQueueAge(hypothesis, stretch)];
    case 'throughput': {
      const done = select(
        phase.frame.all,
        (i) => isOk(calls, i) && (calls.doneNs[i] ?? NaN) >= fromNs && (calls.doneNs[i] ?? NaN) < toNs,
      );
      return [
        among.length === 0
          ? absentReading(name, 'no calls were offered')
          : knownReading(name, perSecond(done.length, seconds)),
      ];
    }
    case 'response-time':
    case 'latency-from-send':
    case 'goodput':
    case 'deadline-miss-ratio':
    case 'error-ratio':
    case 'error-classes':
    case 'retry-amplification': {
      const { tool } = hypothesis;
      const of = tool === null ? among : select(among, (i) => specs[calls.spec[i] ?? 0]?.label === tool);
      return callReadings(hypothesis, tool === null ? name : `${tool} ${name}`, callStats(calls, of, seconds));
    }
  }
}
