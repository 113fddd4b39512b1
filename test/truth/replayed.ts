/**
 * A run held against replays of its own queue. Pure: from the samples of the record and the rows of the mock's truth.
 *
 * Two replays. *Received*: from the mock's own arrivals, and service times drawn anew from the seed; the reported wait
 * of every call must be the replayed one, to the nanosecond. *Intended*: from the schedule alone and the same service
 * times; what it differs by is what generator, network and host added to a perfect experiment.
 */
import type { TruthLine } from '../../src/protocol/index.js';
import type { SampleColumns } from '../../src/record/index.js';
import { fifoStarts } from './theory/index.js';

/** One call, in order of arrival at the mock. Times in nanoseconds of the run's clock. */
export interface ReplayedCall {
  readonly callId: number;
  readonly intendedNs: number;
  readonly receivedNs: number;
  readonly serviceNs: number;
  readonly startedNs: number;
  /** Start of service by the replay from the mock's arrivals, and by the one from the n-th intended time. */
  readonly replayedStartNs: number;
  readonly intendedOfPositionNs: number;
  readonly plannedStartNs: number;
  readonly doneNs: number;
  /** Client queue, schedule lag, outbound hop, upstream queue, service, return hop. */
  readonly stagesNs: readonly number[];
}

export interface ReplayInput {
  readonly samples: SampleColumns;
  readonly truth: readonly TruthLine[];
  /** Of the run's clock: absolute monotonic nanoseconds, decimal. */
  readonly epochNs: string;
  readonly workers: number;
  /** Service time of the n-th arrival since the mock started, by its seed. */
  readonly drawn: (arrival: number) => number;
}

/** Joins record and truth by call id. Calls of the run that are not in both are an error: nothing may be missing. */
export function replayed({ samples, truth, epochNs, workers, drawn }: ReplayInput): readonly ReplayedCall[] {
  const epoch = BigInt(epochNs);
  const rowOf = new Map(Array.from({ length: samples.length }, (_, row) => [samples.callId[row] ?? NaN, row]));
  // What was called before the run (a look at the tools) was served before it, too.
  const rows = truth.filter(({ call }) => call !== null && rowOf.has(Number(call)));
  if (rows.length !== samples.length)
    throw new Error(`${samples.length} calls in the record, ${rows.length} of them in the mock's truth`);
  const receivedNs = rows.map((row) => Number(BigInt(row.receivedNs) - epoch));
  const serviceNs = rows.map((row) => Number(row.serviceNs));
  // Not what the mock says that it took: what the seed says.
  const drawnNs = rows.map(({ arrival }) => drawn(arrival));
  const starts = fifoStarts(receivedNs, drawnNs, workers);
  const intendedNs = Float64Array.from(samples.intendedNs).sort();
  const planned = fifoStarts(intendedNs, drawnNs, workers);
  return rows.map(({ call }, n) => {
    const row = rowOf.get(Number(call)) ?? -1;
    const at = (column: Exclude<keyof SampleColumns, 'length' | 'tables'>): number => samples[column][row] ?? NaN;
    const moments = [
      at('intendedNs'),
      at('admittedNs'),
      at('sentNs'),
      at('receivedNs'),
      at('startedNs'),
      at('finishedNs'),
      at('doneNs'),
    ];
    return {
      callId: Number(call),
      intendedNs: at('intendedNs'),
      receivedNs: receivedNs[n] ?? NaN,
      serviceNs: serviceNs[n] ?? NaN,
      startedNs: at('startedNs'),
      replayedStartNs: starts[n] ?? NaN,
      intendedOfPositionNs: intendedNs[n] ?? NaN,
      plannedStartNs: planned[n] ?? NaN,
      doneNs: at('doneNs'),
      stagesNs: moments.slice(1).map((moment, i) => moment - (moments[i] ?? NaN)),
    };
  });
}

/** The wait the run reports. */
export const reportedWaitNs = (call: ReplayedCall): number => call.stagesNs[3] ?? NaN;

/** Calls whose reported wait is not the replayed one, to the nanosecond. */
export function waitsThatDiffer(calls: readonly ReplayedCall[]): readonly ReplayedCall[] {
  return calls.filter((call) => reportedWaitNs(call) !== call.replayedStartNs - call.receivedNs);
}

/** Calls whose stages do not sum to their response time, to the nanosecond, or of which one is negative. */
export function splitsThatDiffer(calls: readonly ReplayedCall[]): readonly ReplayedCall[] {
  return calls.filter(
    ({ stagesNs, doneNs, intendedNs }) =>
      stagesNs.reduce((sum, each) => sum + each, 0) !== doneNs - intendedNs || stagesNs.some((each) => !(each >= 0)),
  );
}

/** |reported wait - wait by the recursion over the mock's own arrivals| of each call. */
export function errorsAgainstArrivals(calls: readonly ReplayedCall[]): Float64Array {
  return Float64Array.from(calls, (call) => Math.abs(reportedWaitNs(call) - (call.replayedStartNs - call.receivedNs)));
}

/** |reported wait - wait of the perfect experiment| of each call. */
export function errorsAgainstIntended(calls: readonly ReplayedCall[]): Float64Array {
  return Float64Array.from(calls, (call) =>
    Math.abs(reportedWaitNs(call) - (call.plannedStartNs - call.intendedOfPositionNs)),
  );
}
