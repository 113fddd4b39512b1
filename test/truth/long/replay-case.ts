/**
 * The exact replay: every call against Lindley's recursion, and against a perfect experiment that keeps the schedule to
 * the nanosecond.
 */
import { SAMPLE_FLAGS } from '../../../src/record/index.js';
import { nearestRank } from '../nearest-rank.js';
import { errorsAgainstArrivals, errorsAgainstIntended, reportedWaitNs } from '../replayed.js';
import { inMode, type TruthCase } from './case.js';
import { exactStatements, poissonRun } from './queue-case.js';

const P99_LIMIT_MS = 2;
const MEAN_LIMIT_MS = 0.3;
const GRID = 48;

export const replayCase: TruthCase = {
  id: 'replay',
  title: 'Exact replay',
  claim:
    'Arrivals and services come from seeds, so the wait of every single call is known beforehand: ' +
    "Lindley's recursion over the schedule. What a run reports differs by what generator, network and host " +
    'add.',
  chances: 0,
  run: async (context) => {
    const { calls, run } = await poissonRun(
      'replay',
      {
        ratePerSecond: 350,
        serviceMs: 2,
        services: 'exponential',
        workers: 1,
        forS: inMode(context, 6, 35, 125),
        warmupS: inMode(context, 2, 5, 5),
      },
      context,
    );
    // What is exact holds for every call. The deviation that the machine adds is reported, as in every run, for the
    // calls after the warm-up.
    const measured = calls.filter(({ callId }) => !isWarm(run.record.samples, callId));
    const ofArrivals = spreadOf(sortedMs(errorsAgainstArrivals(calls)));
    const errorsMs = sortedMs(errorsAgainstIntended(measured));
    const n = errorsMs.length;
    const { mean, p99 } = spreadOf(errorsMs);
    const meanWaitMs = measured.reduce((sum, call, _, all) => sum + reportedWaitNs(call) / 1e6 / all.length, 0);
    const topMs = Math.max(P99_LIMIT_MS * 1.5, p99 ?? 0);
    return {
      statements: [
        ...exactStatements(calls, run, meanWaitMs),
        {
          what: "error of the wait against Lindley's recursion over the arrivals as they came, mean",
          basis: 'exact',
          unit: 'ms',
          theory: 0,
          low: null,
          high: MEAN_LIMIT_MS,
          measured: ofArrivals.mean,
        },
        {
          what: "error of the wait against Lindley's recursion over the arrivals as they came, p99",
          basis: 'exact',
          unit: 'ms',
          theory: 0,
          low: null,
          high: P99_LIMIT_MS,
          measured: ofArrivals.p99,
        },
        {
          what: "error of the wait against the schedule's replay, mean",
          basis: 'timing',
          unit: 'ms',
          theory: 0,
          low: null,
          high: MEAN_LIMIT_MS,
          measured: mean,
        },
        {
          what: "error of the wait against the schedule's replay, p99",
          basis: 'timing',
          unit: 'ms',
          theory: 0,
          low: null,
          high: P99_LIMIT_MS,
          measured: p99,
        },
      ],
      pictures: [
        {
          title: 'Replay of the schedule',
          finding: `How far the reported waits of ${n} calls are from those of a perfect experiment.`,
          x: 'error in ms',
          y: 'share of calls that are further off',
          logarithmic: true,
          series: [
            {
              words: 'limit of the p99',
              as: 'limit',
              points: [
                { x: P99_LIMIT_MS, y: 0.5 / n },
                { x: P99_LIMIT_MS, y: 0.01 },
                { x: topMs, y: 0.01 },
              ],
            },
            { words: 'measured', as: 'measured', points: curve(errorsMs, topMs) },
          ],
        },
      ],
      disturbed: run.disturbed,
      calls: n,
    };
  },
};

const sortedMs = (errorsNs: Float64Array): Float64Array => errorsNs.map((ns) => ns / 1e6).sort();

function spreadOf(sorted: Float64Array): { readonly mean: number; readonly p99: number | null } {
  return {
    mean: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
    p99: sorted[nearestRank(0.99, sorted.length) - 1] ?? null,
  };
}

function isWarm({ flags, callId }: { readonly flags: Uint8Array; readonly callId: Float64Array }, id: number): boolean {
  // Call ids of a run count from 0 in the order of their rows or nearly so; a search keeps this right in any order.
  const row = callId[id] === id ? id : callId.indexOf(id);
  return ((flags[row] ?? 0) & SAMPLE_FLAGS.warmup) !== 0;
}

function curve(sorted: Float64Array, topMs: number): readonly { readonly x: number; readonly y: number }[] {
  return Array.from({ length: GRID }, (_, i) => (i * topMs) / (GRID - 1)).flatMap((x) => {
    const above = sorted.filter((each) => each > x).length / sorted.length;
    return above > 0 ? [{ x, y: above }] : [];
  });
}
