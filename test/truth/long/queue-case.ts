/** M/M/1, M/D/1 and M/M/4 in real time: the waits a run reports against their law. */
import { withDefaults } from '../../../src/protocol/index.js';
import { SAMPLE_FLAGS } from '../../../src/record/index.js';
import { drawnAnew } from '../drawn.js';
import { startMockChild } from '../mock-child.js';
import { replayed, reportedWaitNs, splitsThatDiffer, waitsThatDiffer, type ReplayedCall } from '../replayed.js';
import {
  QUANTILES,
  md1,
  mmc,
  waitBands,
  waitFigures,
  type QueueExperiment,
  type WaitBands,
  type WaitLaw,
} from '../theory/index.js';
import { inMode, type CaseContext, type TruthCase } from './case.js';
import { commandRun, phaseOf, type CommandRun } from './command-run.js';
import type { Findings, Picture, Statement } from './result.js';

interface Queue {
  readonly id: string;
  readonly name: string;
  readonly rho: number;
  readonly workers: number;
  readonly serviceMs: number;
  readonly services: QueueExperiment['services'];
}

/**
 * Services are long beside what a host with other guests takes now and then (milliseconds), and short enough for
 * thousands in a minute.
 */
const QUEUES: readonly Queue[] = [
  { id: 'mm1-0.5', name: 'M/M/1', rho: 0.5, workers: 1, serviceMs: 5, services: 'exponential' },
  { id: 'mm1-0.7', name: 'M/M/1', rho: 0.7, workers: 1, serviceMs: 5, services: 'exponential' },
  { id: 'md1-0.5', name: 'M/D/1', rho: 0.5, workers: 1, serviceMs: 5, services: 'constant' },
  { id: 'md1-0.7', name: 'M/D/1', rho: 0.7, workers: 1, serviceMs: 5, services: 'constant' },
  { id: 'md1-0.8', name: 'M/D/1', rho: 0.8, workers: 1, serviceMs: 5, services: 'constant' },
  { id: 'mm4-0.8', name: 'M/M/4', rho: 0.8, workers: 4, serviceMs: 20, services: 'exponential' },
];

const WARMUP_S = 5;
/** 2 of 9 999: a level of 0.0004 a statement (see `ranksOutside`). */
const REPLICAS = 9_999;
const GRID = 32;

export const queueCases: readonly TruthCase[] = QUEUES.map((queue) => ({
  id: queue.id,
  title: `${queue.name} at rho ${queue.rho}`,
  claim:
    `${queue.services === 'constant' ? 'Constant' : 'Exponential'} services of ${queue.serviceMs} ms, ` +
    `${queue.workers === 1 ? 'one worker' : `${queue.workers} workers`}, Poisson arrivals at ` +
    `${(queue.rho * queue.workers * 1000) / queue.serviceMs}/s: mean and tail of the wait are known ` +
    'in closed form.',
  chances: 1 + QUANTILES.length,
  run: (context) => queueCase(queue, context),
}));

function lawOf({ ratePerSecond, serviceMs, services, workers }: QueueExperiment): WaitLaw {
  return services === 'constant' ? md1(ratePerSecond / 1000, serviceMs) : mmc(ratePerSecond / 1000, serviceMs, workers);
}

async function queueCase(queue: Queue, context: CaseContext): Promise<Findings> {
  const { serviceMs, services, workers } = queue;
  const ratePerSecond = (queue.rho * workers * 1000) / serviceMs;
  const experiment: QueueExperiment = {
    ratePerSecond,
    serviceMs,
    services,
    workers,
    forS: inMode(context, 9, 80, 400),
    warmupS: WARMUP_S,
  };
  const law = lawOf(experiment);
  const topMs = law.quantile(0.9998);
  const gridMs = Array.from({ length: GRID }, (_, i) => (i * topMs) / (GRID - 1));
  const { calls, run } = await poissonRun(queue.id, experiment, context);
  const warm = new Set<number>();
  for (let row = 0; row < run.record.samples.length; row++)
    if (((run.record.samples.flags[row] ?? 0) & SAMPLE_FLAGS.warmup) !== 0)
      warm.add(run.record.samples.callId[row] ?? NaN);
  const measured = calls.filter(({ callId }) => !warm.has(callId));
  const figures = waitFigures(
    Float64Array.from(measured, (call) => reportedWaitNs(call) / 1e6),
    gridMs,
  );
  context.report('simulating what chance may do');
  const bands = waitBands(experiment, context.falseAlarm, REPLICAS, gridMs, context.seed);
  const chance = (what: string, theory: number, band: WaitBands['mean'], value: number): Statement => ({
    what,
    basis: 'chance',
    unit: 'ms',
    theory,
    low: band.low,
    high: band.high,
    measured: value,
  });
  return {
    statements: [
      ...exactStatements(calls, run, figures.meanMs),
      chance('mean wait', law.mean, bands.mean, figures.meanMs),
      ...QUANTILES.map((q, i) =>
        chance(
          `p${q * 100} of the wait`,
          law.quantile(q),
          bands.quantiles[i] ?? { low: NaN, high: NaN },
          figures.quantilesMs[i] ?? NaN,
        ),
      ),
    ],
    pictures: [tailPicture(queue, law, gridMs, bands, figures.tail, measured.length)],
    disturbed: run.disturbed,
    calls: calls.length,
  };
}

/** A real run of Poisson arrivals at a mock of its own, every call joined with the mock's truth. */
export async function poissonRun(
  id: string,
  { ratePerSecond, serviceMs, services, workers, forS, warmupS }: QueueExperiment,
  context: CaseContext,
): Promise<{ readonly calls: readonly ReplayedCall[]; readonly run: CommandRun }> {
  const ns = serviceMs * 1e6;
  const options = withDefaults({
    seed: context.seed,
    workers,
    serviceTime: services === 'constant' ? { kind: 'constant', ns } : { kind: 'exponential', meanNs: ns },
  });
  const mock = await startMockChild(options);
  try {
    context.report(`${ratePerSecond}/s for ${forS} s`);
    const run = await commandRun(
      id,
      `version: 1
name: truth ${id}
stack: { target: { url: "${mock.url}" } }
protocol: { sessions: 16, in-flight-per-session: 64 }
calls:
  - { tool: search, arguments: { query: hull }, expect: derived, deadline: 30s }
phases:
  - { name: steady, regime: steady, rate: ${ratePerSecond}/s, arrivals: poisson, for: ${forS}s, warmup: ${warmupS}s }
`,
      context.seed,
      context.folder,
      context.signal,
    );
    const calls = replayed({
      samples: run.record.samples,
      truth: await mock.truth(),
      epochNs: run.record.header.monotonicEpochNs,
      workers,
      drawn: drawnAnew(options),
    });
    return { calls, run };
  } finally {
    await mock.stop();
  }
}

const none = (what: string, measured: number): Statement => ({
  what,
  basis: 'exact',
  unit: 'calls',
  theory: 0,
  low: 0,
  high: 0,
  measured,
});

/** What holds on any machine. */
export function exactStatements(
  calls: readonly ReplayedCall[],
  run: CommandRun,
  meanWaitMs: number,
): readonly Statement[] {
  const reported =
    phaseOf(run.summary, 'steady').stageSplit?.stages.find(({ stage }) => stage === 'upstream-queue')?.durations
      .meanNs ?? null;
  return [
    none("calls whose wait is not the one Lindley's recursion gives", waitsThatDiffer(calls).length),
    none('calls whose stages do not sum to their response time', splitsThatDiffer(calls).length),
    {
      what: 'mean wait in summary.json, less the mean over the calls',
      basis: 'exact',
      unit: 'ns',
      theory: 0,
      low: -1,
      high: 1,
      measured: reported === null ? null : reported - meanWaitMs * 1e6,
    },
  ];
}

function tailPicture(
  { name, rho }: Queue,
  law: WaitLaw,
  gridMs: readonly number[],
  bands: WaitBands,
  tail: readonly number[],
  n: number,
): Picture {
  /** A share of 0 can't be drawn on a logarithmic scale. */
  const least = 0.5 / n;
  const at = (values: readonly number[]) =>
    gridMs.flatMap((x, i) => ((values[i] ?? 0) > 0 ? [{ x, y: values[i] ?? NaN }] : []));
  return {
    title: `${name} at rho ${rho}`,
    finding:
      `Share of ${n} calls that waited longer, against the law and what chance may do to it in a ` +
      'run of this length.',
    x: 'wait in ms',
    y: 'share of calls that waited longer',
    logarithmic: true,
    series: [
      {
        words: 'what chance leaves once in 2,500',
        as: 'band',
        points: gridMs.map((x, i) => ({
          x,
          y: Math.max(least, bands.tail[i]?.low ?? least),
          y2: Math.max(least, bands.tail[i]?.high ?? least),
        })),
      },
      { words: 'theory', as: 'theory', points: at(gridMs.map((t) => law.tail(t))) },
      { words: 'measured', as: 'points', points: at(tail) },
    ],
  };
}
