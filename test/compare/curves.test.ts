/** Curves, ranks, drift and the picture of a stack: what a comparison says beside its effects. */
import { describe, expect, it } from 'vitest';
import {
  compareTrials,
  driftOf,
  rankingOf,
  stackPicture,
  type Comparison,
  type ComparisonInput,
  type Effect,
} from '../../src/compare/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';
import { fixtureInput } from '../report/fixture.js';
import { asIs, rowsOf, slowerBy, type Arm } from './trials.js';

function compared(arms: Readonly<Record<string, Arm>>, rows = 6, more: Partial<ComparisonInput> = {}): Comparison {
  return compareTrials({
    arms: Object.keys(arms),
    rows: rowsOf(arms, rows),
    plannedRows: null,
    leftOut: [],
    gates: null,
    environment: [],
    ...more,
  });
}

describe('percentile curves of a comparison', () => {
  const [curves] = compared({ before: asIs, after: slowerBy(1.2) }).curves.percentiles;
  if (curves === undefined) throw new Error('no curves');

  it('rise along the shares of calls, and are the geometric mean of the trials', () => {
    expect(curves).toMatchObject({ phase: 'steady', loop: 'open' });
    expect(curves.shares[0]).toBe(0);
    expect(curves.shares[48]).toBeCloseTo(0.99, 6);
    for (const { middle } of curves.arms) {
      expect(middle).toHaveLength(curves.shares.length);
      expect([...middle].sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(middle);
    }
    // 1 000 calls that spread evenly up to 5 ms: the share p took 5 ms times p, but for the noise of the rows.
    const [before] = curves.arms;
    const ratio = (before?.middle[48] ?? NaN) / (before?.middle[24] ?? NaN);
    expect(ratio).toBeCloseTo(0.99 / 0.9, 2);
  });

  it('have a band in which the noise of the rows is, and a change in which it cancels', () => {
    const width = (low: number | null | undefined, high: number | null | undefined) => (high ?? NaN) - (low ?? NaN);
    const [before] = curves.arms;
    const [change] = curves.changes;
    const band = width(before?.low?.[24], before?.high?.[24]) / (before?.middle[24] ?? NaN);
    expect(band).toBeGreaterThan(0.05);
    expect(change?.arm).toBe('after');
    expect(change?.middle[24]).toBeCloseTo(0.2, 1);
    expect(width(change?.low?.[24], change?.high?.[24])).toBeLessThan(0.05);
  });

  it('have no interval with one trial', () => {
    const single = compared({ before: asIs, after: asIs }, 1).curves.percentiles[0];
    expect(single?.arms.map(({ low, high }) => [low, high])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('leave out an arm of which samples could not be read, and name the run', () => {
    const rows = rowsOf({ before: asIs, after: asIs }, 3).map((row, index) =>
      row.map((trial) => (index === 1 && trial.arm === 'after' ? { ...trial, figures: null } : trial)),
    );
    const { curves: left } = compared({ before: asIs, after: asIs }, 3, { rows });
    expect(left.missing).toEqual(['runs/after-1']);
    expect(left.percentiles[0]?.arms.map(({ arm }) => arm)).toEqual(['before']);
  });

  it('are not made of environments that may not be compared', () => {
    const environment = [{ field: 'host.cpuModel', standing: 'blocking' as const, arms: [] }];
    const refused = compared({ before: asIs, after: asIs }, 2, { environment });
    expect(refused.curves).toEqual({ percentiles: [], recoveries: [], missing: [] });
  });
});

it('recovery curves have each window of a fault, in all trials', () => {
  const from = fixtureInput().analysis;
  const arms = { before: asIs, after: slowerBy(1.3) };
  const { curves } = compared(arms, 4, { rows: rowsOf(arms, 4, { from }) });
  const [recovery] = curves.recoveries;
  const drawn = from.figures.recoveries[0]?.windows ?? [];
  expect(recovery?.arms.map(({ arm }) => arm)).toEqual(['before', 'after']);
  const [before, after] = recovery?.arms ?? [];
  expect(before?.fromNs).toEqual(drawn.map(({ fromNs }) => fromNs));
  const rates = drawn.map(({ goodputPerSecond }) => Number(goodputPerSecond.toPrecision(5)));
  expect(before?.goodputPerSecond.middle).toEqual(rates);
  const [first] = drawn.flatMap(({ p99Ns }, index) => (p99Ns === null ? [] : [index]));
  expect((after?.p99Ns.middle[first ?? 0] ?? NaN) / (before?.p99Ns.middle[first ?? 0] ?? NaN)).toBeCloseTo(1.3, 1);
});

describe('ranks', () => {
  const effect = (
    arm: string,
    reference: readonly number[],
    candidate: readonly number[],
    more: Partial<Effect> = {},
  ): Effect => ({
    arm,
    metric: 'response-time',
    stat: 'p50',
    tool: null,
    where: 'steady, all calls',
    unit: 'ns',
    change: 'ratio',
    better: 'lower',
    pairs: reference.map((value, row) => ({ reference: value, candidate: candidate[row] ?? null })),
    result: {
      kind: 'estimate',
      reference: 1,
      candidate: 1,
      precision: 'exact',
      change: { estimate: 0, low: 0, high: 0 },
      hodgesLehmann: { estimate: 0, low: 0, high: 0 },
      difference: { estimate: 0, low: 0, high: 0 },
    },
    ...more,
  });
  const base = [100, 120, 90, 110, 105, 95];
  /** With a noise of its own: differences that are all equal would be judged by their signs alone. */
  const times = (factor: number, seed: number): readonly number[] =>
    base.map((value, row) => value * factor * (1 + 0.001 * ((row * row + seed * row) % 5)));

  it('are given where paired intervals part, and shared where they do not', () => {
    const ranking = rankingOf('direct', [effect('same', base, times(0.998, 1)), effect('slow', base, times(1.5, 2))]);
    expect(ranking).toEqual({
      kind: 'ranks',
      ranks: [
        { arm: 'direct', best: 1, worst: 2 },
        { arm: 'same', best: 1, worst: 2 },
        { arm: 'slow', best: 3, worst: 3 },
      ],
    });
  });

  it('turn round where higher is better', () => {
    const higher = { better: 'higher' } as const;
    const ranking = rankingOf('direct', [
      effect('less', base, times(0.5, 1), higher),
      effect('more', base, times(2, 2), higher),
    ]);
    expect(ranking.kind === 'ranks' ? ranking.ranks.map(({ best, worst }) => [best, worst]) : null).toEqual([
      [2, 2],
      [3, 3],
      [1, 1],
    ]);
  });

  it.each([
    ['no interval', [[100], [150], [200]], 'one trial of each arm has no interval'],
    ['no difference', [base, times(0.999, 1), times(0.998, 2)], 'no two arms differ surely'],
  ])('are not given with %s, and the reason is', (_what, [reference = [], one = [], two = []], why) => {
    expect(rankingOf('direct', [effect('one', reference, one), effect('two', reference, two)])).toEqual({
      kind: 'none',
      why,
    });
  });

  it('are not given where a value is missing or a bound', () => {
    const none = { result: { kind: 'none', why: 'no samples', cause: 'absent' } } as const;
    expect(rankingOf('direct', [effect('one', base, base), effect('two', base, base, none)])).toEqual({
      kind: 'none',
      why: 'no value of two: no samples',
    });
  });
});

describe('drift', () => {
  const pairs = (of: (row: number) => number, rows = 12) =>
    Array.from({ length: rows }, (_, row) => ({ reference: of(row), candidate: of(row) * 1.1 }));

  it('is found where both arms became slower together, with its size from the first row to the last', () => {
    const drift = driftOf({ change: 'ratio', pairs: pairs((row) => 100 * 1.02 ** row) });
    expect(drift).toMatchObject({ kind: 'estimate', isSure: true });
    expect(drift.kind === 'estimate' ? drift.change.estimate : NaN).toBeCloseTo(1.02 ** 11 - 1, 3);
  });

  it('is not sure where the numbers go up and down', () => {
    expect(driftOf({ change: 'ratio', pairs: pairs((row) => 100 + 7 * ((row * 5) % 4)) })).toMatchObject({
      isSure: false,
    });
  });

  it('is not tested with few rows', () => {
    expect(driftOf({ change: 'ratio', pairs: pairs(() => 1, 3) })).toEqual({
      kind: 'none',
      why: '3 of 8 rows needed to test for a drift',
    });
  });
});

describe('the picture of a stack', () => {
  const pictureOf = (stack: string) => {
    const calls =
      'calls: [{ tool: search, arguments: { query: hull } }]\nphases: [{ name: p, regime: floor, for: 1s }]';
    const text = `version: 1\nname: s\n${stack}\n${calls}\n`;
    return stackPicture(scenarioFromText(text, 's.yaml').scenario.stack).map((layer) =>
      layer.map(({ name, kind }) => `${name} ${kind}`),
    );
  };

  it('has the parts by their distance from the client', () => {
    expect(
      pictureOf(`stack:
  services:
    alpha: { mock: tools }
    beta: { mock: tools }
    gate: { mock: gateway, to: [slow, beta] }
  links: { slow: { to: alpha } }
  target: gate`),
    ).toEqual([['gate gateway'], ['slow link', 'beta server'], ['alpha server']]);
  });

  it('takes a command for a gateway that is given the address of another service', () => {
    expect(
      pictureOf(`stack:
  services:
    alpha: { mock: tools }
    proxy: { command: [proxy, --to, '\${service.alpha.url}'], path: /mcp, ready: tcp }
  target: proxy`),
    ).toEqual([['proxy gateway'], ['alpha server']]);
  });

  it('shows no address', () => {
    expect(pictureOf('stack: { target: { url: "http://127.0.0.1:1/mcp?key=secret-123" } }')).toEqual([['URL server']]);
  });
});
