/**
 * What the engine counts as in flight against what its samples give, twenty seeds in imagined time: a stall of the
 * target over an edge of the measured window is no fault of either, and a wrong clock and a wrong count are found.
 */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.js';
import type { WorkerRow } from '../../src/record/index.js';
import { seededRandom } from '../../src/random/index.js';
import { recordOf, type Attempt } from '../analysis/fixtures/record.js';
import { sketchPlan, stage } from '../analysis/fixtures/scenario.js';
import { MS, S, World, open } from '../load/simulation.js';

const SEEDS = Array.from({ length: 20 }, (_, n) => n + 1);
const WORKERS = 2;
const WARMUP_NS = 2 * S;
const FOR_NS = 12 * S;
const STALL_NS = 0.7 * S;
const RATE = 200;

const PLAN = sketchPlan({
  phases: [{ name: 'load', warmupNs: WARMUP_NS, stages: [stage('main', RATE, FOR_NS)], arrivals: 'poisson' }],
});

interface Simulated {
  readonly attempts: readonly Attempt[];
  readonly workers: readonly WorkerRow[];
}

/** Two load workers, each with half of the calls and a server of its own; both stall over one edge of the window. */
function simulated(seed: number): Simulated {
  const edgeNs = seed % 2 === 0 ? WARMUP_NS : FOR_NS;
  const atNs = edgeNs - Math.round(STALL_NS * seededRandom(seed, 'stall').next());
  const attempts: Attempt[] = [];
  const workers: WorkerRow[] = [];
  let callIds = 0;
  for (let worker = 0; worker < WORKERS; worker++) {
    const world = new World({
      ...{ seed, sessions: 400, workers: 1, stall: { atNs, forNs: STALL_NS }, takeCallId: () => callIds++ },
      share: { worker, workers: WORKERS, sessions: 400 * WORKERS },
      answer: () => ({ serviceNs: 3 * MS }),
    });
    const report = (): void => {
      const atNs = world.now;
      workers.push({ atNs, worker, ...world.engine.flownBy(atNs), otherClockNs: atNs });
    };
    const everySecond = Array.from({ length: FOR_NS / S }, (_, second) => [second * S, report] as [number, () => void]);
    world.run(open(RATE, FOR_NS, { arrivals: 'poisson' }), { warmupNs: WARMUP_NS, at: everySecond });
    report();
    for (const { outcomeName, warm, session, ...sample } of world.samples)
      attempts.push({
        ...sample,
        outcome: outcomeName,
        errorClass: sample.errorName,
        warmup: warm,
        session: session * WORKERS + worker,
      });
  }
  return { attempts, workers };
}

/** The reasons of the checks of what was sent against what was recorded. */
function found({ attempts, workers }: Simulated): readonly string[] {
  const { summary } = analyse({ record: recordOf(PLAN, attempts, { workers, manifest: null }), plan: PLAN });
  return summary.validity.reasons.flatMap(({ code, what }) =>
    code === 'consistency-check' || code === 'samples-unaccounted' ? [`${code}: ${what}`] : [],
  );
}

describe('twenty runs with a stall of the target over an edge of the measured window', () => {
  const runs = SEEDS.map(simulated);

  it('raise no alarm, 0 of 20', () => {
    expect(runs.flatMap(found)).toEqual([]);
    // And the stall does lie over the edge: dozens of calls are in flight there.
    const openAt = (attempts: readonly Attempt[], ns: number): number =>
      attempts.filter(({ intendedNs, doneNs }) => intendedNs < ns && doneNs >= ns).length;
    const open_ = runs.map(({ attempts }) => Math.max(openAt(attempts, WARMUP_NS), openAt(attempts, FOR_NS)));
    expect(open_.filter((calls) => calls > 20).length).toBeGreaterThan(10);
  });

  it('show a clock that runs a tenth fast in one of the two workers, 20 of 20', () => {
    const fast = runs.map(({ attempts, workers }) => ({
      attempts,
      workers: workers.map((row) => (row.worker === 1 ? { ...row, otherClockNs: row.otherClockNs / 1.1 } : row)),
    }));
    for (const run of fast) expect(found(run)).toEqual([expect.stringMatching(/^consistency-check: .* by 9\.09 %/)]);
  });

  it('name a sample that was dropped, and one that was doubled, 20 of 20 each', () => {
    for (const { attempts, workers } of runs) {
      const at = Math.floor(attempts.length / 3);
      const lost = attempts.filter((_, n) => n !== at);
      expect(found({ attempts: lost, workers })).toContainEqual(
        expect.stringMatching(/^samples-unaccounted: .*worker \d ended 1,\d+ attempts, and \d+ are recorded/),
      );
      const twice = [...attempts, ...attempts.slice(at, at + 1)];
      expect(found({ attempts: twice, workers })).toEqual([
        expect.stringMatching(/^samples-unaccounted: .*1 attempt recorded more than once/),
      ]);
    }
  });
});
