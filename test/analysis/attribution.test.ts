/** The first growing queue, in simulated records whose slow part is known. */
import { gatewayShape, withDefaults } from '../../src/protocol/index.js';
import { describe, expect, it } from 'vitest';
import { analyse, type Attribution } from '../../src/analysis/index.js';
import type { GatewayRow } from '../../src/record/index.js';
import type { Service, Stack } from '../../src/scenario/index.js';
import { queueModel } from '../../mock-servers/index.js';
import { recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, sketchPlan, stage } from './fixtures/scenario.js';
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
const ELSEWHERE: Stack = { services: [], links: [], target: { kind: 'url', url: 'http://127.0.0.1:3000/mcp' } };

const FAST: Server = { workers: 4, serviceNs: () => 5 * MS, outboundNs: 0.3 * MS, returnNs: 0.2 * MS };
const RATE = 50;
/** 10 s at 50/s; what is slow is slow from 4 s to 7 s. */
const arrivals = constantArrivals([{ ratePerSecond: RATE, forNs: 10 * S }]);
const isSlow = (atNs: number): boolean => atNs >= 4 * S && atNs < 7 * S;

function attributed(
  attempts: readonly Attempt[],
  stack: Stack = DIRECT,
  gateways: readonly GatewayRow[] = [],
): Attribution {
  const plan = sketchPlan({ phases: [{ name: 'load', stages: [stage('main', RATE, 10 * S)] }] });
  const withStack = { ...plan, scenario: { ...plan.scenario, stack } };
  const [attribution] = analyse({ record: recordOf(withStack, attempts, { gateways }), plan: withStack }).summary
    .attributions;
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
    expect(attributed(held('sentNs'))).toMatchObject({ firstGrowing: 'generator', stage: 'send-lag' });
  });

  it('is the network when the way out gets slow and all that stands in it is known', () => {
    expect(attributed(held('receivedNs'))).toMatchObject({ firstGrowing: 'network', stage: 'outbound' });
  });

  it('is the network when the way back gets slow', () => {
    expect(attributed(held('doneNs'))).toMatchObject({ firstGrowing: 'network', stage: 'return' });
  });

  it('is the gateway when the way out gets slow and its own stamps say that it held the calls', () => {
    expect(attributed(held('receivedNs'), BEHIND_GATE, gatewayRows(1))).toMatchObject({
      firstGrowing: 'gateway',
      gateway: 'gate',
      stage: 'outbound',
    });
  });

  it('is the network when the way out gets slow and the gateway on it had the calls for a tenth of that time', () => {
    expect(attributed(held('receivedNs'), BEHIND_GATE, gatewayRows(0.1))).toMatchObject({
      firstGrowing: 'network',
      gateway: null,
    });
  });

  it('is "network or gateway" when a gateway on the way is silent, or what stands there is unknown', () => {
    expect(attributed(held('receivedNs'), BEHIND_GATE)).toMatchObject({
      firstGrowing: 'network-or-gateway',
      stage: 'outbound',
    });
    expect(attributed(held('receivedNs'), ELSEWHERE)).toMatchObject({ firstGrowing: 'network-or-gateway' });
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
    const seen = attributed(bounded(4, 100 * MS));
    const stages = new Map(seen.stages.map((one) => [one.stage, one]));
    expect(stages.get('client-queue')?.grownNs ?? 0).toBeGreaterThan(3 * (stages.get('outbound')?.grownNs ?? 0));
    expect(seen).toMatchObject({ firstGrowing: 'network', stage: 'outbound' });
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
    expect(attributed(both)).toMatchObject({ firstGrowing: 'network', stage: 'outbound' });
  });

  it('is dated to the window in which it began, and measured against the calm part', () => {
    const seen = attributed(held('receivedNs'));
    expect(seen.onsetNs).toBeGreaterThanOrEqual(4 * S - seen.windowNs);
    expect(seen.onsetNs).toBeLessThan(5 * S);
    const outbound = seen.stages.find((one) => one.stage === 'outbound');
    expect(outbound?.calmNs).toBeCloseTo(0.3 * MS, 0);
  });

  it('is unknown for too few calls', () => {
    expect(attributed(calm.slice(0, 12))).toMatchObject({ firstGrowing: 'unknown', stages: [] });
  });

  it('is unknown, not none, where hardly any call is answered', () => {
    const unanswered = calm.map((attempt): Attempt =>
      isSlow(attempt.intendedNs)
        ? {
            ...attempt,
            outcome: 'deadline',
            errorClass: 'attempt-timeout',
            receivedNs: NaN,
            startedNs: NaN,
            finishedNs: NaN,
          }
        : attempt,
    );
    const attribution = attributed(unanswered);
    expect(attribution).toMatchObject({ firstGrowing: 'unanswered', stage: null });
    // Three seconds of windows of 10 s / 24, whole ones or the greater part of one.
    expect(attribution.silentWindows).toBeGreaterThanOrEqual(6);
    expect(attribution.silentWindows).toBeLessThanOrEqual(8);
    expect(attributed(calm)).toMatchObject({ firstGrowing: 'none', silentWindows: 0 });
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
    const outbound = seen.stages.find(({ stage: name }) => name === 'outbound');
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
    expect(both(10 * MS)).toMatchObject({ firstGrowing: 'network', stage: 'outbound' });
    expect(both(3 * MS)).toMatchObject({ firstGrowing: 'upstream', stage: 'service' });
  });

  it('has to exceed four times what the calm windows vary by', () => {
    // Calm are the windows of 2 to 7 ms: 4.5 ms, and 20 ms of allowance.
    const grownTo = (ns: number) => attributed(windowed((w) => ({ outboundNs: w < 6 ? (2 + w) * MS : ns })));
    expect(grownTo(24 * MS).firstGrowing).toBe('none');
    expect(grownTo(25 * MS).firstGrowing).toBe('network');
  });
});
