/** Whether a steady phase was steady, in words. */
import type { PhaseSummary, SteadyStretch, SteadyTest } from '../analysis/index.js';
import { duration, quantile, rate, percent } from '../format/index.js';
import { quantileOf } from './quantiles.js';

const QUANTITY = { 'response-time': 'the median response time', throughput: 'throughput' } as const;
const NOT_JUDGED = {
  'too-short': 'too short to judge, under 5 s',
  'too-few-calls': 'too few calls to judge',
  fault: 'a fault came on too soon to judge what was before it',
  'broken-off': 'broken off',
} as const;

/** One sentence on a phase; null for a regime that nobody expects to be steady. */
export function steadySentence(
  phase: Pick<PhaseSummary, 'steadyState' | 'steadyNumbers' | 'startNs' | 'responseTime'>,
): string | null {
  const { steadyState: state, startNs } = phase;
  if (state === null) return null;
  switch (state.verdict) {
    case 'not-judged':
      return `Steady state not judged: ${NOT_JUDGED[state.why]}.`;
    case 'steady':
      return `Steady throughout, by windows of ${duration(state.windowNs)}: no trend and no level shift.`;
    case 'late':
      return `Steady late: ${findings(state.judged, startNs)}.${state.chosen === null ? '' : ` Steady from ${duration(state.chosen.fromNs - startNs)} into the phase on${there(phase)}.`}`;
    case 'none':
      return `No steady state: ${findings(state.judged, startNs)}. A gate on this phase can't pass.`;
    case 'undecided':
      return 'Steady state undecided: neighbouring windows are too much alike to tell a trend from its absence.';
  }
}

/** True where a reader must know before taking the phase's numbers for those of a steady state. */
export function wasUnsteady({ steadyState }: Pick<PhaseSummary, 'steadyState'>): boolean {
  return steadyState?.verdict === 'late' || steadyState?.verdict === 'none';
}

function there({ steadyNumbers, responseTime }: Pick<PhaseSummary, 'steadyNumbers' | 'responseTime'>): string {
  if (steadyNumbers === null) return '';
  const p99 = (times: PhaseSummary['responseTime']): string => quantile(quantileOf(times.ok, 0.99));
  return `; its p99 is ${p99(steadyNumbers.responseTime)}, against ${p99(responseTime)} of all that was measured`;
}

function findings({ tests, fromNs, toNs }: SteadyStretch, startNs: number): string {
  const told = tests.filter(({ finding }) => finding !== 'none').map((test) => finding(test, toNs - fromNs, startNs));
  return told.length === 0 ? 'it was not calm' : told.join('; ');
}

function finding(
  { quantity, level, shift, slopePerSecond, finding: kind }: SteadyTest,
  lengthNs: number,
  startNs: number,
): string {
  const amount = (value: number): string => (quantity === 'response-time' ? duration(value) : rate(value));
  if (kind === 'shift' && shift !== null)
    return `${QUANTITY[quantity]} shifted from ${amount(shift.before)} to ${amount(shift.after)} about ${duration(shift.atNs - startNs)} into the phase`;
  const change = (slopePerSecond.value * lengthNs) / 1e9;
  return `${QUANTITY[quantity]} ${change > 0 ? 'rose' : 'fell'} by ${amount(Math.abs(change))}${level === 0 ? '' : ` (${percent(Math.abs(change / level))} of its middle)`} over ${duration(lengthNs)}`;
}
