/** Wasted work (executed after the caller gave up), and whether cancellations reached the upstream. */
import {
  errorClassCode,
  outcomeCode,
  SAMPLE_FLAGS,
  type SampleColumns,
  type WorkRow,
  type Calls,
  responseNs,
} from '../../record/index.js';
import { gatewaysOnTheWay, targetName, type CallSpec, type Stack } from '../../scenario/index.js';
import type { CancelPropagation, ServiceWork, WastedWork } from './types.js';

const DEADLINE = outcomeCode('deadline');
const INTERRUPTED = errorClassCode('interrupted');
const COUNTS = ['served', 'servedServiceNs', 'wasted', 'wastedServiceNs', 'expired', 'cancelled', 'cancels'] as const;
type Counts = { readonly [K in (typeof COUNTS)[number]]: number };

/** Each service's work in the run: of its first process since the first poll, of later processes all. */
export function serviceWork(rows: readonly WorkRow[] | null): readonly ServiceWork[] {
  const services = [...new Set((rows ?? []).map(({ service }) => service))];
  return services.map((service) => {
    const own = (rows ?? []).filter((row) => row.service === service);
    const incarnations = [...new Set(own.map(({ incarnation }) => incarnation))].flatMap((incarnation) => {
      const polls = own.filter((row) => row.incarnation === incarnation);
      const last = polls.at(-1);
      return last === undefined ? [] : [{ last, before: polls[0]?.when === 'begin' ? polls[0] : null }];
    });
    const sum = (count: keyof Counts): number =>
      incarnations.reduce((total, { last, before }) => total + last[count] - (before?.[count] ?? 0), 0);
    const counts = Object.fromEntries(COUNTS.map((count) => [count, sum(count)])) as Counts;
    const highest = incarnations.reduce((most, { last }) => Math.max(most, last.incarnation), 0);
    return {
      service,
      incarnations: incarnations.length,
      ...counts,
      unfinished: incarnations.reduce((total, { last }) => total + last.underWay, 0),
      // Every process was polled when it was stopped or when the run ended, and no process is missing.
      complete:
        incarnations.length === highest + 1 &&
        incarnations.every(({ last }) => last.when === 'leaving' || last.when === 'end'),
    };
  });
}

/** Attempts with an upstream's stamps of service; `late` ones ended a call whose deadline was over. */
function stampedService(
  samples: SampleColumns,
  calls: Calls,
): { readonly n: number; readonly serviceNs: number; readonly late: number; readonly lateServiceNs: number } {
  const lateCalls = new Set<number>();
  for (let i = 0; i < calls.length; i++)
    if (responseNs(calls, i) > (calls.deadlineNs[i] ?? Infinity)) lateCalls.add(calls.callId[i] ?? -1);
  const sums = { n: 0, serviceNs: 0, late: 0, lateServiceNs: 0 };
  for (let row = 0; row < samples.length; row++) {
    const serviceNs = (samples.finishedNs[row] ?? NaN) - (samples.startedNs[row] ?? NaN);
    const isLogged = ((samples.flags[row] ?? 0) & SAMPLE_FLAGS.upstreamLog) !== 0;
    if (!(serviceNs >= 0) || isLogged) continue;
    sums.n++;
    sums.serviceNs += serviceNs;
    if (((samples.flags[row] ?? 0) & SAMPLE_FLAGS.final) === 0 || !lateCalls.has(samples.callId[row] ?? -1)) continue;
    sums.late++;
    sums.lateServiceNs += serviceNs;
  }
  return sums;
}

/** Over the whole run, warm-up included. */
export function wastedWork(
  work: readonly ServiceWork[],
  samples: SampleColumns,
  calls: Calls,
  stack: Stack,
): WastedWork {
  const stamped = stampedService(samples, calls);
  if (work.length === 0 && stamped.n === 0)
    return { from: 'unknown', reason: 'no mock reported its counters, and no upstream stamped its answers' };
  const of = (count: keyof Counts): number => work.reduce((total, service) => total + service[count], 0);
  const counted = work.length > 0;
  const executions = counted ? of('served') : stamped.n;
  const serviceNs = counted ? of('servedServiceNs') : stamped.serviceNs;
  const wasted = (counted ? of('wasted') : 0) + stamped.late;
  const wastedServiceNs = (counted ? of('wastedServiceNs') : 0) + stamped.lateServiceNs;
  return {
    from: counted ? 'counters' : 'stamps',
    executions,
    wasted,
    serviceNs,
    wastedServiceNs,
    executionShare: executions === 0 ? null : wasted / executions,
    serviceShare: serviceNs === 0 ? null : wastedServiceNs / serviceNs,
    late: stamped.late,
    lowerBound:
      !counted || work.some(({ complete }) => !complete) || gatewaysOnTheWay(stack, targetName(stack) ?? '').length > 0,
  };
}

/** Of attempts given up after they were sent, over the whole run. */
export function cancelPropagation(
  work: readonly ServiceWork[],
  samples: SampleColumns,
  specs: readonly CallSpec[],
): CancelPropagation {
  let givenUp = 0;
  let cancelled = 0;
  for (let row = 0; row < samples.length; row++) {
    if (
      samples.outcome[row] !== DEADLINE ||
      samples.errorClass[row] === INTERRUPTED ||
      Number.isNaN(samples.sentNs[row] ?? NaN)
    )
      continue;
    givenUp++;
    if (specs[samples.spec[row] ?? 0]?.cancel === true) cancelled++;
  }
  const known = work.length > 0;
  const stopped = known ? work.reduce((total, service) => total + service.cancelled, 0) : null;
  return {
    givenUp,
    cancelled,
    arrived: known ? work.reduce((total, { cancels }) => total + cancels, 0) : null,
    stopped,
    stoppedShare: stopped === null || givenUp === 0 ? null : stopped / givenUp,
  };
}
