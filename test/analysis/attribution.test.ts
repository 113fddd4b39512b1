/** The first growing queue, in simulated records whose slow part is known. */
import { gatewayShape, withDefaults } from '../../src/protocol/index.js';
import { describe, expect, it } from 'vitest';
import { analyse, type Attribution } from '../../src/analysis/index.js';
import type { GatewayRow, RunEvent, WorkRow } from '../../src/record/index.js';
import type { Service, Stack } from '../../src/scenario/index.js';
import { queueModel } from '../../mock-servers/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, sketchPlan, stage, type PlanSketch } from './fixtures/scenario.js';
import { constantArrivals, serve, type Server } from './fixtures/simulation.js';

const BACKEND: Service = { kind: 'mock', name: 'backend', mock: 'tools', options: withDefaults({}), readyWithinNs: S };
const GATE: Service = {
  kind: 'gateway',
  name: 'gate',
  to: ['backend'],
  options: gatewayShape({}),
  front: false,
  readyWithinNs: S,
};
const DIRECT: Stack = { services: [BACKEND], links: [], target: { kind: 'service', service: 'backend' } };
const BEHIND_GATE: Stack = {
  services: [BACKEND, GATE],
  links: [{ name: 'upstream', to: 'gate' }],
  target: { kind: 'link', link: 'upstream' },
};
const LINKED: Stack = {
  services: [BACKEND],
  links: [{ name: 'upstream', to: 'backend' }],
  target: { kind: 'link', link: 'upstream' },
};
const ELSEWHERE: Stack = { services: [], links: [], target: { kind: 'url', url: 'http://127.0.0.1:3000/mcp' } };

const FAST: Server = { workers: 4, serviceNs: () => 5 * MS, outboundNs: 0.3 * MS, returnNs: 0.2 * MS };
type Fault = NonNullable<PlanSketch['faults']>[number];
const LINK_DOWN: Fault = { id: 'link', phase: 0, atNs: 4 * S, forNs: 3 * S };
const FREEZE: Fault = {
  ...{ ...LINK_DOWN, id: 'frozen' },
  as: {
    ...{ place: 'process', type: 'freeze', on: 'backend' },
    action: { set: 'freeze', afterwards: [], lift: 'thaw' },
  },
};
const poll = (atNs: number, tookNs: number, service: string): WorkRow => ({
  ...{ service, incarnation: 0, atNs: atNs + tookNs, tookNs, when: 'sample', underWay: 0, sessionsOpen: 1 },
  ...{ sessionsOpened: 1, served: 0, servedServiceNs: 0, wasted: 0, wastedServiceNs: 0 },
  ...{ expired: 0, cancelled: 0, cancels: 0 },
});
const RATE = 50;
/** 10 s at 50/s; what is slow is slow from 4 s to 7 s. */
const arrivals = constantArrivals([{ ratePerSecond: RATE, forNs: 10 * S }]);
const isSlow = (atNs: number): boolean => atNs >= 4 * S && atNs < 7 * S;

interface Known {
  readonly faults?: readonly Fault[];
  readonly work?: readonly WorkRow[];
  readonly happened?: readonly RunEvent[];
}

function analysed(
  attempts: readonly Attempt[],
  stack: Stack = DIRECT,
  gateways: readonly GatewayRow[] = [],
  { faults = [], work, happened = [] }: Known = {},
) {
  const plan = sketchPlan({ phases: [{ name: 'load', stages: [stage('main', RATE, 10 * S)] }], faults });
  const withStack = { ...plan, scenario: { ...plan.scenario, stack } };
  const events = [...phaseEvents(withStack, attempts), ...faultEvents(withStack, [0]), ...happened];
  const record = recordOf(withStack, attempts, { gateways, events, ...(work === undefined ? {} : { work }) });
  return analyse({ record, plan: withStack });
}

function attributed(...run: Parameters<typeof analysed>): Attribution {
  const [attribution] = analysed(...run).summary.attributions;
  if (attribution === undefined) throw new Error('an open-loop phase without an attribution');
  return attribution;
}

/** Every moment after `from` moved by a delay. */
const later = (attempt: Attempt, delayNs: number, from: 'sentNs' | 'receivedNs' | 'doneNs'): Attempt => ({
  ...attempt,
  ...(from === 'sentNs' ? { sentNs: (attempt.sentNs ?? attempt.intendedNs) + delayNs } : {}),
  ...(from === 'doneNs'
    ? {}
    : {
        receivedNs: (attempt.receivedNs ?? NaN) + delayNs,
        startedNs: (attempt.startedNs ?? NaN) + delayNs,
        finishedNs: (attempt.finishedNs ?? NaN) + delayNs,
      }),
  doneNs: attempt.doneNs + delayNs,
});

/** One queue of one worker of 30 ms in the slow part, of no time else: how long each arrival is held by it. */
function heldNs(): readonly number[] {
  const queue = queueModel({ workers: 1, queueCapacity: null });
  return arrivals.map(({ atNs }) => {
    const admission = queue.arrive(atNs, isSlow(atNs) ? 30 * MS : 0);
    return admission.kind === 'full' ? NaN : admission.finishNs - atNs;
  });
}

const calm = serve(arrivals, FAST);
const held = (from: 'sentNs' | 'receivedNs' | 'doneNs'): Attempt[] =>
  calm.map((attempt, n) => later(attempt, heldNs()[n] ?? 0, from));

/** What a gateway that held the calls would have reported, in windows of 100 ms. */
function gatewayRows(share: number): readonly GatewayRow[] {
  const holds = heldNs();
  return Array.from({ length: 100 }, (_, w): GatewayRow => {
    const within = arrivals.flatMap(({ atNs }, n) =>
      Math.floor(atNs / (100 * MS)) === w ? [(holds[n] ?? 0) * share] : [],
    );
    return {
      gateway: 'gate',
      fromNs: w * 100 * MS,
      windowNs: 100 * MS,
      forwarded: within.length,
      queueNs: within.reduce((sum, ns) => sum + ns, 0),
      serviceNs: 0,
      answered: within.length,
      upstreamNs: 0,
    };
  });
}

describe('the first growing queue', () => {
  it('is none where nothing grows', () => {
    expect(attributed(calm)).toMatchObject({ firstGrowing: 'none', stage: null, onsetNs: null, slotWaitShare: null });
  });

  it('is the generator when calls are sent late', () => {
    expect(attributed(held('sentNs'))).toMatchObject({ firstGrowing: 'generator', stage: 'schedule-lag' });
  });

  it('is none where the fault engine stood still, and what else was slow where it did so for a moment of that', () => {
    const stood = (atNs: number, lengthNs: number) => ({
      happened: [{ type: 'standstill', atNs, lengthNs, of: 'fault-engine', worker: null }] as const,
    });
    const stuck = calm.map((attempt) => {
      const lateNs = 5 * S - attempt.intendedNs;
      return lateNs > 0 && lateNs <= 1 * S ? later(attempt, lateNs, 'receivedNs') : attempt;
    });
    expect(attributed(stuck, LINKED).firstGrowing).toBe('network-or-upstream');
    expect(attributed(stuck, LINKED, [], stood(4 * S, 1 * S)).firstGrowing).toBe('none');
    // Every call of the second in which the generator stood still is open when the engine hangs for 20 ms.
    const frozen = calm.map((attempt) => {
      const lateNs = 6 * S - attempt.intendedNs;
      return lateNs > 0 && lateNs <= 1 * S ? later(attempt, lateNs, 'sentNs') : attempt;
    });
    expect(attributed(frozen, LINKED, [], stood(6 * S, 20 * MS))).toMatchObject({
      firstGrowing: 'generator',
      stage: 'schedule-lag',
    });
  });

  it('is the upstream, and never the network, when calls are received late and there is no link', () => {
    expect(attributed(held('receivedNs'))).toMatchObject({
      firstGrowing: 'upstream',
      stage: 'outbound-hop',
      evidence: 'loopback',
    });
  });

  it('is the network or the upstream process where nothing of the run tells them apart', () => {
    expect(attributed(held('receivedNs'), LINKED)).toMatchObject({
      firstGrowing: 'network-or-upstream',
      evidence: null,
    });
    expect(attributed(held('doneNs'))).toMatchObject({ firstGrowing: 'network-or-upstream', stage: 'return-hop' });
  });

  it('is what a fault of the run held meanwhile: the link, the frozen upstream, or neither of both', () => {
    const seen = (faults: readonly Fault[]) => {
      const { firstGrowing, evidence } = attributed(held('receivedNs'), LINKED, [], { faults });
      return [firstGrowing, evidence];
    };
    expect(seen([LINK_DOWN])).toEqual(['network', 'fault']);
    expect(seen([FREEZE])).toEqual(['upstream', 'fault']);
    expect(seen([FREEZE, LINK_DOWN])).toEqual(['network-or-upstream', null]);
    // A fault of another time explains nothing.
    expect(seen([{ ...FREEZE, atNs: 9 * S, forNs: 0.5 * S }])).toEqual(['network-or-upstream', null]);
  });

  it('is the upstream when its process answered polls late, and the network behind a link when it did not', () => {
    const seen = (slowNs: number, stack: Stack) =>
      attributed(held('receivedNs'), stack, [], {
        work: Array.from({ length: 40 }, (_, n) =>
          poll(n * 250 * MS, isSlow(n * 250 * MS) ? slowNs : 1 * MS, 'backend'),
        ),
      });
    expect(seen(400 * MS, LINKED)).toMatchObject({ firstGrowing: 'upstream', evidence: 'polls' });
    expect(seen(1 * MS, LINKED)).toMatchObject({ firstGrowing: 'network', evidence: 'polls' });
    expect(seen(1 * MS, DIRECT)).toMatchObject({ firstGrowing: 'network-or-upstream', evidence: null });
  });

  it('is the gateway when the way out gets slow and its own stamps say that it held the calls', () => {
    expect(attributed(held('receivedNs'), BEHIND_GATE, gatewayRows(1))).toMatchObject({
      firstGrowing: 'gateway',
      gateway: 'gate',
      stage: 'outbound-hop',
    });
  });

  it('is not the gateway when the way out gets slow and it had the calls for a tenth of that time', () => {
    expect(attributed(held('receivedNs'), BEHIND_GATE, gatewayRows(0.1))).toMatchObject({
      firstGrowing: 'network-or-upstream',
      gateway: null,
    });
  });

  it('is any of them when a gateway on the way is silent, or what stands there is unknown', () => {
    expect(attributed(held('receivedNs'), BEHIND_GATE)).toMatchObject({
      firstGrowing: 'network-gateway-or-upstream',
      stage: 'outbound-hop',
    });
    expect(attributed(held('receivedNs'), ELSEWHERE)).toMatchObject({ firstGrowing: 'network-gateway-or-upstream' });
  });

  it('is the upstream when calls wait there, and when they are served there for longer', () => {
    const queued = serve(arrivals, {
      ...FAST,
      workers: 1,
      serviceNs: (n) => (isSlow(arrivals[n]?.atNs ?? 0) ? 30 * MS : 5 * MS),
    });
    expect(attributed(queued)).toMatchObject({ firstGrowing: 'upstream', stage: 'upstream-queue' });
    const served = serve(arrivals, {
      ...FAST,
      workers: 50,
      serviceNs: (n) => (isSlow(arrivals[n]?.atNs ?? 0) ? 90 * MS : 5 * MS),
    });
    expect(attributed(served)).toMatchObject({ firstGrowing: 'upstream', stage: 'service' });
  });

  it('is beyond the generator when the upstream gives no stamps', () => {
    const blind = serve(arrivals, {
      ...FAST,
      workers: 1,
      stamps: false,
      serviceNs: (n) => (isSlow(arrivals[n]?.atNs ?? 0) ? 30 * MS : 5 * MS),
    }).map((attempt) => ({ ...attempt, firstByteNs: attempt.doneNs }));
    expect(attributed(blind)).toMatchObject({ firstGrowing: 'beyond-the-generator', stage: 'wait' });
  });

  /**
   * At most `slots` calls in flight, each held `hopNs` longer on the way out in the slow part: the others wait in the
   * generator.
   */
  const bounded = (slots: number, hopNs: number): Attempt[] => {
    const queue = queueModel({ workers: slots, queueCapacity: null });
    return arrivals.map(({ atNs, stage: at }, n): Attempt => {
      const hop = (isSlow(atNs) ? hopNs : 0) + 0.3 * MS;
      const admission = queue.arrive(atNs, hop + 5.2 * MS);
      if (admission.kind === 'full') throw new Error('an unbounded line was full');
      const { startNs } = admission;
      const receivedNs = startNs + hop;
      return {
        callId: n,
        stage: at,
        intendedNs: atNs,
        admittedNs: startNs,
        sentNs: startNs,
        receivedNs,
        startedNs: receivedNs,
        finishedNs: receivedNs + 5 * MS,
        doneNs: receivedNs + 5.2 * MS,
      };
    });
  };

  it('is the network, not the queue for slots, when a slow link keeps all slots busy', () => {
    const seen = attributed(bounded(4, 100 * MS), LINKED, [], { faults: [LINK_DOWN] });
    const stages = new Map(seen.stages.map((one) => [one.stage, one]));
    expect(stages.get('client-queue')?.grownNs ?? 0).toBeGreaterThan(3 * (stages.get('outbound-hop')?.grownNs ?? 0));
    expect(seen).toMatchObject({ firstGrowing: 'network', stage: 'outbound-hop' });
    expect(seen.slotWaitShare ?? 0).toBeGreaterThan(0.5);
  });

  it('is the generator, by its bound on calls in flight, when calls wait for slots and no hop got slower', () => {
    // One slot of 5.5 ms takes 182/s; a burst of 300/s waits for it.
    const burst = constantArrivals([
      { ratePerSecond: 50, forNs: 4 * S },
      { ratePerSecond: 300, forNs: 3 * S },
      { ratePerSecond: 50, forNs: 3 * S },
    ]);
    const queue = queueModel({ workers: 1, queueCapacity: null });
    const attempts = burst.map(({ atNs }, n): Attempt => {
      const admission = queue.arrive(atNs, 5.5 * MS);
      if (admission.kind === 'full') throw new Error('an unbounded line was full');
      const { startNs } = admission;
      return {
        callId: n,
        intendedNs: atNs,
        admittedNs: startNs,
        receivedNs: startNs + 0.3 * MS,
        startedNs: startNs + 0.3 * MS,
        finishedNs: startNs + 5.3 * MS,
        doneNs: startNs + 5.5 * MS,
      };
    });
    expect(attributed(attempts)).toMatchObject({ firstGrowing: 'generator', stage: 'client-queue' });
  });

  it('is the one that began first when two grow', () => {
    const both = held('receivedNs').map((attempt) =>
      attempt.intendedNs >= 5 * S ? later(attempt, heldNs()[attempt.callId] ?? 0, 'sentNs') : attempt,
    );
    expect(attributed(both)).toMatchObject({ firstGrowing: 'upstream', stage: 'outbound-hop' });
  });

  it('is dated to the window in which it began, and measured against the calm part', () => {
    const seen = attributed(held('receivedNs'));
    expect(seen.onsetNs).toBeGreaterThanOrEqual(4 * S - seen.windowNs);
    expect(seen.onsetNs).toBeLessThan(5 * S);
    expect(seen.onsetBy).toBe('windows');
    const outbound = seen.stages.find((one) => one.stage === 'outbound-hop');
    expect(outbound?.calmNs).toBeCloseTo(0.3 * MS, 0);
  });

  it('is unknown for too few calls', () => {
    expect(attributed(calm.slice(0, 12))).toMatchObject({ firstGrowing: 'unknown', stages: [] });
  });

  /** Calls that are given up after 60 ms while a queue of one worker of 30 ms serves them all, abandoned or not. */
  const givenUp = (stamps: boolean): Attempt[] =>
    serve(arrivals, { ...FAST, workers: 1, serviceNs: (n) => (isSlow(arrivals[n]?.atNs ?? 0) ? 30 * MS : 5 * MS) }).map(
      (attempt): Attempt =>
        attempt.doneNs - attempt.intendedNs <= 60 * MS
          ? attempt
          : {
              ...attempt,
              ...(stamps ? { upstreamLog: true } : { receivedNs: NaN, startedNs: NaN, finishedNs: NaN }),
              ...{ doneNs: attempt.intendedNs + 60 * MS, outcome: 'deadline', errorClass: 'attempt-timeout' },
            },
    );

  it('is the upstream queue in which attempts are given up, where its log says that they were there', () => {
    const attempts = givenUp(true);
    const lost = attempts.filter(({ outcome }) => outcome === 'deadline').length;
    const inQueue = attempts.filter(
      ({ outcome, startedNs, doneNs }) => outcome === 'deadline' && (startedNs ?? NaN) > doneNs,
    ).length;
    const { summary } = analysed(attempts);
    expect(summary.attributions[0]).toMatchObject({ firstGrowing: 'upstream', by: 'growth', stage: 'upstream-queue' });
    const split = summary.phases[0]?.stageSplit;
    expect(split?.n).toBe(attempts.length);
    expect(split?.ended).toContainEqual({
      ...{ stage: 'upstream-queue', how: 'gave-up', attempts: inQueue, share: inQueue / attempts.length },
    });
    expect(split?.ended.reduce((sum, { attempts: n }) => sum + n, 0)).toBe(lost);
    const total = split?.stages.reduce((sum, { meanNs }) => sum + meanNs, 0) ?? NaN;
    const mean = attempts.reduce((sum, { intendedNs, doneNs }) => sum + doneNs - intendedNs, 0) / attempts.length;
    expect(total).toBeCloseTo(mean, 3);
    const queue = split?.stages.find(({ stage: name }) => name === 'upstream-queue')?.durations;
    expect(queue?.censored).toBe(inQueue);
  });

  it('is not named where the attempts that ended early bring no times', () => {
    const found = analysed(givenUp(false)).summary;
    expect(found.attributions[0]).toMatchObject({ firstGrowing: 'beyond-the-generator', stage: 'unlocated' });
    expect(found.phases[0]?.stageSplit?.ended[0]).toMatchObject({ stage: 'unlocated', how: 'gave-up' });
  });

  it('is named by where attempts ended when the phase was at its worst from the start', () => {
    const dying = arrivals.map(({ atNs }, n): Attempt => ({
      callId: n,
      intendedNs: atNs,
      receivedNs: atNs + MS,
      upstreamLog: true,
      doneNs: atNs + 60 * MS,
      outcome: 'deadline',
      errorClass: 'attempt-timeout',
    }));
    expect(attributed(dying)).toMatchObject({
      firstGrowing: 'upstream',
      by: 'endings',
      stage: 'upstream-queue',
      ...{ onsetNs: null, onsetBy: null },
    });
  });

  /** A call that waits in the upstream's queue until it is given up after 60 ms. */
  const dyingAt = (callId: number, intendedNs: number, phase = 0): Attempt => ({
    ...{ callId, phase, intendedNs, receivedNs: intendedNs + MS, upstreamLog: true, doneNs: intendedNs + 60 * MS },
    ...{ outcome: 'deadline', errorClass: 'attempt-timeout' },
  });

  it('has its start in the age of the oldest call, where a calm phase before shows what that was', () => {
    const plan = sketchPlan({
      phases: [
        { name: 'calm', stages: [stage('main', RATE, 10 * S)] },
        { name: 'load', stages: [stage('main', RATE, 10 * S)] },
      ],
    });
    const attempts = [...calm, ...calm.map(({ callId, intendedNs }) => dyingAt(500 + callId, intendedNs + 11 * S, 1))];
    const events = phaseEvents(plan, attempts);
    const [, seen] = analyse({ record: recordOf(plan, attempts, { events }), plan }).summary.attributions;
    expect(seen).toMatchObject({ phase: 'load', by: 'endings', stage: 'upstream-queue', onsetBy: 'age' });
    // The first call is older than the calm ones were, about 0.3 ms, by more than 2 ms from the next sample on.
    expect(seen?.onsetNs).toBeGreaterThan(11 * S);
    expect(seen?.onsetNs).toBeLessThanOrEqual(11 * S + 40 * MS);
  });

  it('has its start in the age of the oldest call, where it grew for less than two windows', () => {
    const burst = Array.from({ length: 90 }, (_, n) => dyingAt(500 + n, 5.02 * S + n * 4 * MS));
    const attempts = [...calm, ...burst].sort((a, b) => a.intendedNs - b.intendedNs);
    const seen = attributed(attempts.map((attempt, callId) => ({ ...attempt, callId })));
    expect(seen).toMatchObject({ by: 'endings', stage: 'upstream-queue', onsetBy: 'age' });
    expect((seen.onsetNs ?? NaN) / S).toBeCloseTo(5.03, 2);
  });
});

describe('the growth of a stage', () => {
  const WINDOWS = 24;
  const windowNs = (10 * S) / WINDOWS;
  interface InWindow {
    readonly calls?: number;
    readonly outboundNs: number;
    readonly serviceNs?: number;
  }
  /** Calls spread evenly over each window, all of a window alike. */
  const windowed = (of: (window: number) => InWindow): Attempt[] => {
    const attempts: Attempt[] = [];
    for (let w = 0; w < WINDOWS; w++) {
      const { calls = 10, outboundNs, serviceNs = 0 } = of(w);
      for (let k = 0; k < calls; k++) {
        const intendedNs = Math.round((w + (k + 0.5) / calls) * windowNs);
        const receivedNs = intendedNs + outboundNs;
        const finishedNs = receivedNs + serviceNs;
        attempts.push({
          callId: attempts.length,
          intendedNs,
          receivedNs,
          startedNs: receivedNs,
          finishedNs,
          doneNs: finishedNs,
        });
      }
    }
    return attempts;
  };

  it('is the mean over the calls of the calm windows, and of those in which response times had grown', () => {
    // From window 12 on 10 calls of 11 ms and 30 calls of 31 ms in turns: 26 ms a call.
    const attempts = windowed((w) =>
      w < 12 ? { outboundNs: 1 * MS } : w % 2 === 0 ? { outboundNs: 11 * MS } : { calls: 30, outboundNs: 31 * MS },
    );
    const rows = Array.from({ length: 100 }, (_, n): GatewayRow => {
      const isCalm = n * 100 * MS < 12 * windowNs;
      return {
        gateway: 'gate',
        fromNs: n * 100 * MS,
        windowNs: 100 * MS,
        forwarded: 2,
        queueNs: isCalm ? 0.5 * MS : 40 * MS,
        serviceNs: isCalm ? 1 * MS : 8 * MS,
        answered: 2,
        upstreamNs: 0,
      };
    });
    const seen = attributed(attempts, BEHIND_GATE, rows);
    expect(seen).toMatchObject({ firstGrowing: 'gateway', windows: WINDOWS, slotWaitShare: 0 });
    expect(seen.onsetNs).toBeCloseTo(5 * S, -1);
    const outbound = seen.stages.find(({ stage: name }) => name === 'outbound-hop');
    expect((outbound?.calmNs ?? NaN) / MS).toBeCloseTo(1, 9);
    expect((outbound?.grownNs ?? NaN) / MS).toBeCloseTo(26, 9);
    expect(seen.gateways).toEqual([{ gateway: 'gate', calmNs: 0.75 * MS, grownNs: 24 * MS }]);
  });

  it('names the stage that began first only where it grew by a quarter of the largest growth', () => {
    const both = (byNs: number) =>
      attributed(
        windowed((w) => ({
          outboundNs: 0.3 * MS + (w >= 10 ? byNs : 0),
          serviceNs: 5 * MS + (w >= 14 ? 20 * MS : 0),
        })),
      );
    expect(both(10 * MS)).toMatchObject({ firstGrowing: 'upstream', stage: 'outbound-hop' });
    expect(both(3 * MS)).toMatchObject({ firstGrowing: 'upstream', stage: 'service' });
  });

  it('has to exceed four times what the calm windows vary by', () => {
    // Calm are the windows of 2 to 7 ms: 4.5 ms, and 20 ms of allowance.
    const grownTo = (ns: number) => attributed(windowed((w) => ({ outboundNs: w < 6 ? (2 + w) * MS : ns })));
    expect(grownTo(24 * MS).firstGrowing).toBe('none');
    expect(grownTo(25 * MS).firstGrowing).toBe('upstream');
  });
});
