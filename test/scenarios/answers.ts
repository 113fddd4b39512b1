/**
 * The answer that the head of each shipped scenario states, and how the scenario is shortened so that all of them run
 * in a few minutes. Counts are exact; times lie where the head says, with room for a busy machine.
 */
import { expect } from 'vitest';
import type { CapacitySummary, PhaseSummary, Quantile, RecoverySummary, Summary } from '../../src/analysis/index.js';
import type { Comparison } from '../../src/compare/index.js';
import { EXIT, type ExitCode } from '../../src/problem/index.js';

export interface ShippedScenario {
  /** Name of the file in `scenarios`, without its ending. */
  readonly name: string;
  readonly profile?: string;
  /** Of a scenario with arms: the one that is run by itself. */
  readonly arm?: string;
  /** Run every night alone: by day it is another test's, or as much is known by the others. */
  readonly nightly?: true;
  /** Run with nothing beside it. */
  readonly alone?: true;
  /** Values for `--set`, by which the run is shortened. */
  readonly shortened: readonly string[];
  /** 0 where it is not stated. */
  readonly exitCode?: ExitCode;
  /** `full`: the scenario as it is shipped, not shortened. */
  readonly answer: (summary: Summary, full: boolean) => void;
}

const phaseOf = (summary: Summary, name: string): PhaseSummary => named(summary.phases, ({ name: of }) => of === name);
const recoveryOf = (summary: Summary, fault: string): RecoverySummary =>
  named(summary.recoveries, ({ fault: of }) => of === fault);

function named<T>(items: readonly T[], isIt: (item: T) => boolean): T {
  const found = items.find(isIt);
  if (found === undefined) throw new Error('the summary has no such phase or fault');
  return found;
}

const msOf = (quantile: Quantile | undefined): number => (quantile?.kind === 'value' ? quantile.ns / 1e6 : NaN);
const medianMs = ({ responseTime }: PhaseSummary): number => msOf(responseTime.ok.quantiles[0]);
const longestS = ({ responseTime }: PhaseSummary): number => (responseTime.all.maxNs ?? NaN) / 1e9;

function expectBetween(value: number | null | undefined, low: number, high: number, what: string): void {
  expect(value ?? NaN, what).toBeGreaterThanOrEqual(low);
  expect(value ?? NaN, what).toBeLessThanOrEqual(high);
}

/** Every call of a phase ended well. */
function expectAllOk({ name, outcomes, offered }: PhaseSummary): void {
  expect([name, outcomes.ok]).toEqual([name, offered]);
}

function expectRecovered(recovery: RecoverySummary): void {
  expect([recovery.fault, recovery.timeToRecover.kind]).toEqual([
    recovery.fault,
    expect.stringMatching(/^(value|not-degraded)$/),
  ]);
}

/** The interval holds the true capacity; its lower end is not more than a fifth below. */
function expectHolds(search: CapacitySummary | undefined, truth: number): void {
  expect(['found', 'budget']).toContain(search?.ended);
  expectBetween(search?.passedPerSecond, 0.8 * truth, truth, 'the highest rate that passed');
  expectBetween(search?.failedPerSecond, 0.9 * truth, 1.3 * truth, 'the lowest rate that failed');
}

/** A scenario with arms. */
export interface ShippedExperiment {
  readonly name: string;
  readonly shortened: readonly string[];
  readonly exitCode: ExitCode;
  readonly answer: (comparison: Comparison, full: boolean) => void;
}

export const SHIPPED_EXPERIMENTS: readonly ShippedExperiment[] = [
  {
    name: 'compare',
    // Three times as long instead of 1.4 times: seen by four short pairs on a busy machine too, where no call waits for
    // a worker.
    shortened: [
      'stack.services.backend.workers=32',
      ...['trials.pairs=4', 'trials.cool-down=0s', 'phases.0.for=1500ms', 'phases.0.rate=500/s'],
      'arms.candidate.stack.services.backend.service-time.constant=15ms',
    ],
    exitCode: EXIT.gateFailed,
    answer: ({ verdict, effects, order }, full) => {
      expect(verdict).toBe('regress');
      expect(order).toMatchObject({ interleaved: true, carryOverBalanced: true, pairedSeeds: true });
      const median = named(effects, ({ metric, stat }) => metric === 'response-time' && stat === 'p50');
      const change = median.result.kind === 'none' ? null : median.result.change.estimate;
      expectBetween(change, full ? 0.25 : 0.8, full ? 0.45 : 2.2, 'change of the median');
    },
  },
];

/** Between the eras every call ends well, whichever side has sessions. */
const MIXED_ERAS = (['both-old', 'new-clients', 'new-servers', 'both-new'] as const).map(
  (arm): ShippedScenario => ({
    ...{ name: 'mixed-eras', arm, nightly: true, shortened: [] },
    answer: ({ phases: [steady] }) => {
      if (steady === undefined) throw new Error('no phase was made');
      expectAllOk(steady);
    },
  }),
);

export const SHIPPED: readonly ShippedScenario[] = [
  ...MIXED_ERAS,
  {
    name: 'capacity',
    alone: true,
    shortened: [
      'phases.0.between=[140/s, 190/s]',
      'phases.0.step=2s',
      'phases.0.resolution=20%',
      // At a quarter of the load line: 1 % takes 200 calls after the warm-up.
      'phases.1.for=7500ms',
      'phases.2.for=4s',
    ],
    answer: ({ capacities: [search], loadLine, phases }) => {
      expectHolds(search, 160);
      expect(loadLine).toEqual({ perSecond: search?.passedPerSecond, from: 'measured' });
      expect(phases.slice(1).map(({ scheduledPerSecond }) => scheduledPerSecond)).toEqual(
        [0.25, 0.5].map((times) => expect.closeTo(times * (search?.passedPerSecond ?? NaN), 3) as number),
      );
    },
  },
  {
    name: 'contract-drift',
    shortened: [
      ...['phases.0.for=12s', 'faults.0.at=3s', 'faults.0.for=3s', 'recovery={window: 500ms, hold: 1s}'],
      // The 60 calls before the fault can't show 99 %.
      'hypotheses.0.min=95%',
    ],
    answer: ({ drift, hypotheses: [hypotheses], phases: [deploy] }) => {
      expect(drift).toMatchObject({ breaking: 1, informational: 1, failedPolls: 0 });
      const [came] = drift?.changes ?? [];
      expect(came).toMatchObject({ tool: 'search', class: 'breaking', phase: 'deploy' });
      expectBetween(((came?.answeredNs ?? NaN) - (came?.unchangedNs ?? NaN)) / 1e9, 0, 1, 'dated to half a second');
      expect(hypotheses?.results.map(({ before, after }) => [before.verdict, after.verdict])).toEqual([
        ['passed', 'passed'],
        ['passed', 'passed'],
      ]);
      if (deploy !== undefined) expectAllOk(deploy);
    },
  },
  {
    name: 'duplicate-effects',
    shortened: [0, 1, 2].flatMap((n) => [`phases.${n}.for=6s`, `faults.${n}.at=1500ms`, `faults.${n}.for=2500ms`]),
    answer: ({ effects, phases }) => {
      expect(effects).toMatchObject({ duplicates: 37, lost: 11, orphans: 5, unattributed: 0 });
      expect(phases.map(({ outcomes }) => [outcomes.effect, outcomes.tool])).toEqual([
        [37, 0],
        [11, 0],
        [0, 5],
      ]);
    },
  },
  {
    name: 'duplicate-effects',
    profile: 'network',
    shortened: ['phases.0.for=6s', 'faults.0.at=2s', 'faults.0.for=1s'],
    answer: ({ effects, phases: [held] }) => {
      expect(effects?.lost).toBe(0);
      expectBetween(effects?.duplicates, 10, 300, 'retries without an idempotency key book again');
      expectBetween(held?.retryAmplification, 1.01, 4, 'attempts a call');
    },
  },
  {
    name: 'everything-server',
    alone: true,
    shortened: ['phases.0.for=2s', 'phases.1.for=2s', 'phases.2.for=13s', 'faults.0.at=6s', 'faults.0.for=1s'],
    answer: ({ phases, recoveries: [recovery] }) => {
      phases.forEach(expectAllOk);
      if (recovery !== undefined) expectRecovered(recovery);
    },
  },
  {
    name: 'fault-recovery',
    shortened: [
      ...[0, 1].flatMap((n) => [`phases.${n}.for=11s`, `faults.${n}.at=4s`]),
      'faults.0.for=2s',
      'faults.1.for=2s',
      'recovery={latency-factor: 2x, window: 500ms, hold: 1500ms}',
      // The 180 calls before a fault can't show 99 %.
      'hypotheses.0.min=98%',
    ],
    answer: (summary) => {
      const [slow, outage] = ['slow', 'outage'].map((fault) => recoveryOf(summary, fault));
      expectAllOk(phaseOf(summary, 'slow'));
      expect(slow).toMatchObject({ timeToDetect: { kind: 'value' }, timeToRecover: { kind: 'value' } });
      // 100 calls/s for 2 s, less those whose retries outlast the outage.
      expectBetween(outage?.dip?.lostGoodCalls, 100, 220, 'calls lost in the outage');
      expect(summary.hypotheses.map(({ phase, faults }) => [phase, faults])).toEqual([
        ['slow', ['slow']],
        ['outage', ['outage']],
      ]);
      for (const { results } of summary.hypotheses)
        expect(results.map(({ before, after }) => [before.verdict, after.verdict])).toEqual([
          ['passed', 'passed'],
          ['passed', 'passed'],
        ]);
    },
  },
  {
    name: 'filesystem-stdio',
    shortened: ['phases.0.for=1s', 'phases.1.for=2s', 'phases.2.for=3s'],
    answer: ({ phases }) => phases.forEach(expectAllOk),
  },
  {
    name: 'floor',
    shortened: ['phases.0.for=3s'],
    answer: ({ phases: [floor], floor: floorSummary }, full) => {
      if (floor === undefined) throw new Error('no floor');
      expectAllOk(floor);
      expectBetween(medianMs(floor), 10, 15, 'the service takes 10 ms');
      expectBetween(floorSummary?.loopbackReference?.harnessP50Ns, 1e4, 5e6, "the harness's own share");
      if (full) expect(floor.offered).toBeGreaterThan(662);
    },
  },
  {
    name: 'metastable',
    shortened: ['phases.0.for=16s', 'faults.0.at=4s', 'recovery={latency-factor: 3x, window: 500ms, hold: 2s}'],
    exitCode: EXIT.gateFailed,
    answer: (summary) => {
      const { metastability, amplification } = recoveryOf(summary, 'stall').afterFault;
      expect(metastability.verdict).toBe('metastable');
      expectBetween(metastability.goodputPerSecond, 0, 5, 'goodput in the end');
      // Every call costs three attempts.
      expectBetween(amplification.after?.perCall, 2.5, 3, 'attempts a call after the stall');
    },
  },
  {
    name: 'metastable',
    profile: 'budget',
    shortened: ['phases.0.for=16s', 'faults.0.at=4s', 'recovery={latency-factor: 3x, window: 500ms, hold: 2s}'],
    answer: (summary) => {
      expect(recoveryOf(summary, 'stall').afterFault.metastability.verdict).toBe('recovered');
      expectRecovered(recoveryOf(summary, 'stall'));
    },
  },
  {
    name: 'overload',
    shortened: [
      'phases.0.before.for=2s',
      'phases.0.for=2s',
      'phases.0.after.for=6s',
      'gates.0={ metric: backlog-drain, phase: overload, max: 3s }',
      'gates.1={ metric: response-time, stat: max, phase: overload, min: 800ms, max: 1500ms }',
    ],
    answer: ({ phases: [overload] }, full) => {
      if (overload === undefined) throw new Error('no overload');
      expectAllOk(overload);
      const waitS = full ? 2.5 : 1;
      expectBetween(longestS(overload), 0.95 * waitS, 1.3 * waitS, 'the longest wait');
      expectBetween((overload.drain?.drainNs ?? NaN) / 1e9, 1.9 * waitS, 2.4 * waitS, 'the drain');
      expectBetween((overload.drain?.fluid?.drainNs ?? NaN) / 1e9, 1.99 * waitS, 2.01 * waitS, 'the fluid model');
    },
  },
  {
    name: 'partial-failure',
    shortened: [
      'phases.0.for=9s',
      'phases.1.for=13s',
      'faults.0={ id: dead, phase: dead, at: 4s, for: 2s, on: backend-3, type: kill }',
      'faults.1={ id: hung, phase: hung, at: 4s, for: 3s, on: backend-3, type: freeze }',
      'recovery={ latency-factor: 3x, window: 500ms, hold: 1500ms }',
      'gates.1={ metric: dip-area, fault: hung, min: 40, max: 240 }',
    ],
    answer: (summary, full) => {
      const [dead, hung] = ['dead', 'hung'].map((fault) => recoveryOf(summary, fault));
      expectBetween(dead?.dip?.lostGoodCalls ?? 0, 0, 40, 'next to nothing is lost while a replica is dead');
      // A sixth of 120/s for as long as it hangs, and nearly as many again.
      const sixth = 20 * (full ? 5 : 3);
      expectBetween(hung?.dip?.lostGoodCalls, 0.7 * sixth, 3 * sixth, 'lost while it hangs');
      summary.recoveries.forEach(expectRecovered);
    },
  },
  {
    // The reference gateway alone: those of others are in its arms.
    name: 'gateways-partial',
    arm: 'plimsoll',
    shortened: [
      'phases.0={ name: errors, regime: steady, rate: 60/s, for: 7s, warmup: 0s }',
      'phases.1={ name: dead, regime: steady, rate: 60/s, for: 7s, warmup: 0s }',
      'phases.2={ name: hung, regime: steady, rate: 60/s, for: 8s, warmup: 0s }',
      'faults.0={ id: errors, phase: errors, at: 1s, for: 5s, on: gamma, type: error, probability: 50% }',
      'faults.1={ id: dead, phase: dead, at: 3s, for: 2s, on: gamma, type: kill }',
      'faults.2={ id: hung, phase: hung, at: 3s, for: 2500ms, on: gamma, type: freeze }',
      'recovery={ latency-factor: 3x, window: 500ms, hold: 1s }',
      ...[2, 6, 7].map((call) => `calls.${call}.deadline=400ms`),
    ],
    answer: ({ gateway: { availabilities }, recoveries }) => {
      const [errors] = availabilities;
      const gamma = errors?.routes.find(({ label }) => label === 'gamma');
      expectBetween(0.5, gamma?.success?.low ?? NaN, gamma?.success?.high ?? NaN, 'the interval holds the truth');
      expect(gamma?.ok).toBe((gamma?.offered ?? 0) - (gamma?.hit ?? 0));
      for (const { label, offered, ok } of errors?.routes ?? [])
        if (label !== 'gamma') expect([label, ok]).toEqual([label, offered]);
      expect(errors?.whole).toMatchObject({ hit: gamma?.hit, excess: 0, masked: 0 });
      const lossOf = (fault: string, wanted: string): number =>
        named(recoveries, (each) => each.fault === fault).afterFault.blastRadius.routes.find(
          ({ label }) => label === wanted,
        )?.loss ?? NaN;
      for (const fault of ['dead', 'hung']) {
        const { radius } = named(recoveries, (each) => each.fault === fault).afterFault.blastRadius;
        expectBetween(radius, 0, 0.05, `${fault}: calls to the five others are as good as before`);
      }
      expectBetween(lossOf('dead', 'list'), 0, 0.1, 'dead: the five others are listed');
      expectBetween(lossOf('dead', 'whole list'), 0.9, 1, 'dead: gamma is not on the list');
      // All but those that gamma answers in time once it goes on.
      for (const list of ['list', 'whole list']) expectBetween(lossOf('hung', list), 0.7, 1, `hung: the ${list} waits`);
    },
  },
  {
    name: 'quickstart',
    // By day it is made as it is shipped, by the README's `npm start`.
    nightly: true,
    shortened: [
      'phases.0.for=2s',
      'phases.1.for=4s',
      'phases.2={ name: overload, regime: overload, rate: 1.5x, for: 3s, after: { rate: 0.5x, for: 6s } }',
      'phases.3.for=18s',
      'faults.0.at=6s',
      'faults.0.for=3s',
    ],
    answer: (summary) => {
      expectBetween(medianMs(phaseOf(summary, 'floor')), 6, 25, 'half of the calls within about 8 ms');
      expectBetween(phaseOf(summary, 'steady').goodputPerSecond, 300, 470, 'four workers are busy');
      const { outcomes } = phaseOf(summary, 'overload');
      expect(outcomes.shed + outcomes.deadline).toBeGreaterThan(100);
      const [recovery] = summary.recoveries;
      // `search`, four calls in five of 200/s, can't make its deadline.
      expectBetween(recovery?.dip?.depth, 0.6, 0.95, 'goodput falls to a fifth');
      expect(recovery?.timeToRecover.kind).toBe('value');
      expect(summary.effects?.duplicates).toBe(0);
    },
  },
  {
    name: 'ramp',
    shortened: [
      'phases.0.stages.0.for=6s',
      'phases.0.stages.1.for=6s',
      'gates.0={ metric: response-time, stat: max, phase: ramp, min: 650ms, max: 1050ms }',
    ],
    answer: ({ phases: [ramp], afterFault: { hysteresis } }, full) => {
      if (ramp === undefined) throw new Error('no ramp');
      expectAllOk(ramp);
      const waitS = full ? 1.6 : 0.8;
      expectBetween(longestS(ramp), 0.9 * waitS, 1.3 * waitS, 'the last of the backlog');
      expect(hysteresis).toHaveLength(1);
    },
  },
  {
    name: 'recovery-capacity',
    shortened: [
      'phases.0.between=[140/s, 190/s]',
      'phases.0.step=2s',
      'phases.0.resolution=20%',
      'phases.1.between=[105/s, 150/s]',
      'phases.1.step=2s',
      'phases.1.resolution=20%',
      'phases.2.for=4s',
    ],
    answer: ({ capacities: [whole, lost], phases }) => {
      expectHolds(whole, 160);
      expectHolds(lost, 120);
      expect(lost).toMatchObject({ without: 'backend-2', recovery: { operatingPerSecond: 100 } });
      expectBetween(lost?.recovery?.lowPerSecond, 5, 20, 'recovery capacity');
      // Each of four does what it does as one of three.
      const { low, high } = lost?.efficiency ?? {};
      expectBetween(1, low ?? NaN, high ?? NaN, 'the scaling efficiency');
      const operating = phases.at(-1);
      if (operating !== undefined) expectAllOk(operating);
    },
  },
  {
    name: 'restart-sessions',
    shortened: ['phases.0.for=9s', 'phases.1.for=12s', 'faults.0.at=4s', 'faults.1.at=4s'].concat(
      'recovery={ latency-factor: 3x, window: 500ms, hold: 1500ms }',
    ),
    answer: (summary) => {
      expectAllOk(phaseOf(summary, 'forgets'));
      summary.recoveries.forEach(expectRecovered);
      const [sessions] = summary.sideEffects.sessions;
      expect(sessions).toBeDefined();
    },
  },
  {
    name: 'restart-sessions',
    profile: 'local',
    shortened: ['phases.0.for=7s', 'gates.0.max=80%'],
    answer: ({ phases: [local] }, full) =>
      expectBetween(local?.missRatio, 0.58, full ? 0.73 : 0.8, 'two calls in three'),
  },
  {
    name: 'silent-corruption',
    shortened: [0, 1, 2, 3]
      .flatMap((n) => [`phases.${n}.for=6s`, `faults.${n}.at=2s`, `faults.${n}.for=2s`])
      .concat('recovery={ window: 500ms, hold: 1s }'),
    answer: (summary) => {
      const wrongOf = (phase: string, label: string): number => {
        const tool = phaseOf(summary, phase).tools.find(({ label: of }) => of === label);
        return (tool?.offered ?? NaN) - (tool?.outcomes.ok ?? NaN);
      };
      for (const phase of ['wrong', 'swapped', 'stale']) {
        expect([phase, wrongOf(phase, 'believed')]).toEqual([phase, 0]);
        expect(wrongOf(phase, 'checked')).toBeGreaterThan(10);
      }
      expect(wrongOf('swapped', 'checked')).toBeGreaterThan(1.3 * wrongOf('wrong', 'checked'));
      expect(wrongOf('cut', 'believed')).toBeGreaterThan(10);
    },
  },
  {
    name: 'slow-network',
    shortened: [0, 1, 2, 3].flatMap((n) => [`phases.${n}.for=11s`, `faults.${n}.at=5s`]).concat(
      [0, 1, 2, 3].map((n) => `faults.${n}.for=2s`),
      'recovery={ latency-factor: 3x, window: 500ms, hold: 1500ms }',
    ),
    answer: (summary) => {
      expectAllOk(phaseOf(summary, 'latency'));
      expectBetween(recoveryOf(summary, 'hole').dip?.lostGoodCalls, 40, 120, 'lost in the black hole');
      summary.recoveries.forEach(expectRecovered);
    },
  },
  {
    name: 'soak',
    // By day the one that leaks is run alone; that nothing grows where nothing does is asked of known trends.
    nightly: true,
    shortened: ['phases.0.for=32s', 'phases.0.warmup=8s', 'gates.1.max=40GiB/h'],
    answer: ({ growth: [soak], phases: [phase], effects }) => {
      for (const { process, trends } of soak?.processes ?? [])
        for (const { quantity, verdict } of trends)
          // Memory moves while compilers and heap settle, and the mock keeps a row of each call.
          if (quantity !== 'rss' && verdict !== 'unknown')
            expect([process, quantity, verdict]).toEqual([process, quantity, 'flat']);
      expect(soak?.processes.map(({ process }) => process)).toEqual(['plimsoll', 'backend']);
      if (phase !== undefined) expectAllOk(phase);
      expect(effects?.exactlyOnce).toBe(effects?.calls);
    },
  },
  {
    name: 'soak',
    profile: 'leak',
    shortened: ['phases.0.for=32s', 'phases.0.warmup=8s', 'faults.0.for=32s'],
    exitCode: EXIT.gateFailed,
    answer: ({ growth: [soak] }) => {
      const backend = soak?.processes.find(({ process }) => process === 'backend');
      const rss = backend?.trends.find(({ quantity }) => quantity === 'rss');
      expect(rss?.verdict).toBe('growing');
    },
  },
  {
    name: 'steady',
    shortened: ['phases.0.for=4s', 'phases.1.for=7s'],
    answer: ({ phases: [closed, open] }) => {
      expect([closed?.loop, open?.loop]).toEqual(['closed', 'open']);
      expect(closed?.inFlight.max).toBeLessThanOrEqual(12);
      expectBetween(open?.goodputPerSecond, 250, 310, 'two thirds of capacity');
    },
  },
];
