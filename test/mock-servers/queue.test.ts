import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queueModel } from '../../mock-servers/index.js';

const MS = 1_000_000;
const S = 1_000_000_000;

interface Served {
  readonly arrivalNs: number;
  readonly startNs: number;
  readonly finishNs: number;
}

interface Workload {
  readonly workers: number;
  readonly queueCapacity: number | null;
  readonly arrivals: readonly { readonly atNs: number; readonly serviceNs: number }[];
}

const workloads = fc
  .record({
    workers: fc.integer({ min: 1, max: 6 }),
    queueCapacity: fc.option(fc.integer({ min: 0, max: 5 }), { nil: null }),
    steps: fc.array(
      fc.record({ gapNs: fc.integer({ min: 0, max: 30 }), serviceNs: fc.integer({ min: 0, max: 100 }) }),
      {
        maxLength: 120,
      },
    ),
  })
  .map(({ workers, queueCapacity, steps }): Workload => {
    let atNs = 0;
    const arrivals = steps.map(({ gapNs, serviceNs }) => ({ atNs: (atNs += gapNs), serviceNs }));
    return { workers, queueCapacity, arrivals };
  });

function run(workload: Workload): readonly (Served | null)[] {
  const queue = queueModel(workload);
  return workload.arrivals.map(({ atNs, serviceNs }) => {
    const admission = queue.arrive(atNs, serviceNs);
    return admission.kind === 'full'
      ? null
      : { arrivalNs: atNs, startNs: admission.startNs, finishNs: admission.finishNs };
  });
}

const admitted = (served: readonly (Served | null)[]): readonly Served[] => served.filter((call) => call !== null);

describe('one worker', () => {
  it('waits as Lindley says: W(n+1) = max(0, W(n) + S(n) - A(n))', () => {
    fc.assert(
      fc.property(workloads, (workload) => {
        const served = admitted(run({ ...workload, workers: 1, queueCapacity: null }));
        let waitNs = 0;
        workload.arrivals.forEach(({ atNs, serviceNs }, n) => {
          expect(served[n]).toEqual({ arrivalNs: atNs, startNs: atNs + waitNs, finishNs: atNs + waitNs + serviceNs });
          const next = workload.arrivals[n + 1];
          if (next !== undefined) waitNs = Math.max(0, waitNs + serviceNs - (next.atNs - atNs));
        });
      }),
    );
  });

  it('under constant overload makes the n-th call wait n(D - 1/lambda)', () => {
    const queue = queueModel({ workers: 1, queueCapacity: null });
    const gapNs = 8 * MS;
    for (let n = 0; n < 1_000; n++) {
      const admission = queue.arrive(n * gapNs, 10 * MS);
      expect(admission).toEqual({ kind: 'admitted', startNs: n * 10 * MS, finishNs: (n + 1) * 10 * MS });
    }
  });

  it('peaks at 5 s and drains in 10 s after 10 s at 150/s into a service of 10 ms', () => {
    const queue = queueModel({ workers: 1, queueCapacity: null });
    const arrivals: number[] = [];
    for (let n = 0; n < 500; n++) arrivals.push(n * 20 * MS);
    for (let n = 0; n < 1_500; n++) arrivals.push(10 * S + Math.round((n * S) / 150));
    for (let n = 0; n < 1_000; n++) arrivals.push(20 * S + n * 20 * MS);
    let longestNs = 0;
    let longestAtNs = 0;
    let lastWaitAtNs = 0;
    for (const atNs of arrivals) {
      const admission = queue.arrive(atNs, 10 * MS);
      if (admission.kind === 'full') throw new Error('an unbounded queue was full');
      const waitNs = admission.startNs - atNs;
      if (waitNs > longestNs) {
        longestNs = waitNs;
        longestAtNs = atNs;
      }
      if (waitNs > 0) lastWaitAtNs = atNs;
    }
    expect(longestNs / S).toBeCloseTo(5, 2);
    expect(longestAtNs / S).toBeCloseTo(20, 1);
    expect(lastWaitAtNs / S).toBeCloseTo(30, 1);
  });
});

describe('any number of workers', () => {
  it('serves in order of arrival', () => {
    fc.assert(
      fc.property(workloads, (workload) => {
        const served = admitted(run(workload));
        served.forEach((call, n) => {
          expect(call.startNs).toBeGreaterThanOrEqual(Math.max(call.arrivalNs, served[n - 1]?.startNs ?? 0));
        });
      }),
    );
  });

  it('never serves more calls at once than it has workers', () => {
    fc.assert(
      fc.property(workloads, (workload) => {
        const served = admitted(run(workload));
        for (const { startNs } of served) expect(inService(served, startNs)).toBeLessThanOrEqual(workload.workers);
      }),
    );
  });

  it('is work conserving: while a call waits, every worker is busy', () => {
    fc.assert(
      fc.property(workloads, (workload) => {
        const served = admitted(run(workload));
        for (const call of served) {
          if (call.startNs === call.arrivalNs) continue;
          const moments = [call.arrivalNs, call.startNs - 1, ...served.map((other) => other.finishNs)];
          for (const atNs of moments) {
            if (atNs >= call.arrivalNs && atNs < call.startNs) expect(inService(served, atNs)).toBe(workload.workers);
          }
        }
      }),
    );
  });

  it('starts each call when the earliest of the workers gets free', () => {
    fc.assert(
      fc.property(workloads, (workload) => {
        const free = Array.from({ length: workload.workers }, () => 0);
        const unbounded = admitted(run({ ...workload, queueCapacity: null }));
        unbounded.forEach((call, n) => {
          const earliest = free.indexOf(Math.min(...free));
          expect(call.startNs).toBe(Math.max(call.arrivalNs, free[earliest] ?? NaN));
          free[earliest] = call.startNs + (workload.arrivals[n]?.serviceNs ?? NaN);
        });
      }),
    );
  });
});

describe('the bound of the queue', () => {
  it('is never exceeded, and no call is refused below it', () => {
    fc.assert(
      fc.property(workloads, fc.integer({ min: 0, max: 5 }), (workload, queueCapacity) => {
        const outcomes = run({ ...workload, queueCapacity });
        outcomes.forEach((outcome, n) => {
          const atNs = workload.arrivals[n]?.atNs ?? NaN;
          const before = admitted(outcomes.slice(0, n));
          const waiting = before.filter((call) => call.startNs > atNs).length;
          if (outcome === null) {
            expect(waiting).toBe(queueCapacity);
            expect(before.filter((call) => call.startNs <= atNs && call.finishNs > atNs).length).toBe(workload.workers);
          } else if (outcome.startNs > atNs) {
            expect(waiting).toBeLessThan(queueCapacity);
          }
        });
      }),
    );
  });

  it('of 0 still serves as many at once as there are workers', () => {
    const queue = queueModel({ workers: 2, queueCapacity: 0 });
    const kinds = [0, 0, 0, 9, 10, 10, 10].map((atNs) => queue.arrive(atNs, 10).kind);
    expect(kinds).toEqual(['admitted', 'admitted', 'full', 'full', 'admitted', 'admitted', 'full']);
  });

  it('holds for lines longer than the memory first set aside', () => {
    const queue = queueModel({ workers: 1, queueCapacity: 1_000 });
    // A few calls come and go first, so that the ring is not empty at its start when it grows.
    for (let n = 0; n < 40; n++) queue.arrive(n * 5, 10);
    const busyUntilNs = 400;
    let refused = 0;
    for (let n = 0; n < 1_200; n++) if (queue.arrive(busyUntilNs - 1, 10).kind === 'full') refused += 1;
    expect(refused).toBe(200);
    expect(queue.arrive(busyUntilNs + 10 * 500, 10)).toEqual({
      kind: 'admitted',
      startNs: busyUntilNs + 10 * 1_000,
      finishNs: busyUntilNs + 10 * 1_001,
    });
  });
});

function inService(served: readonly Served[], atNs: number): number {
  return served.filter((call) => call.startNs <= atNs && atNs < call.finishNs).length;
}
