/**
 * What a chart cannot be read without: the name of each axis. And sentences that must not say more than their numbers.
 */
import { describe, expect, it } from 'vitest';
import type { GrowthCurve, PhaseSummary } from '../../src/analysis/index.js';
import { growthChart } from '../../src/report/topics/trend.js';
import { heatmapChart } from '../../src/report/topics/heatmap.js';
import { hysteresisChart } from '../../src/report/topics/hysteresis.js';
import { lagFinding, percentileChart } from '../../src/report/topics/percentiles.js';
import { queueChart, queueFinding } from '../../src/report/topics/queue.js';
import { inFlightChart, timelineFinding } from '../../src/report/topics/timeline.js';
import { htmlReport, markdownSummary, terminalSummary } from '../../src/report/index.js';
import { generatorChecks } from '../../src/report/topics/validity.js';
import { loop } from './after-fault-fixture.js';
import { svgOf } from './drawn.js';
import { chapterOf, fixtureFigures, fixtureInput, fixtureSummary, MS, S } from './fixture.js';

const summary = fixtureSummary();
const figures = fixtureFigures(summary);
const phaseOf = (name: string): PhaseSummary => {
  const phase = summary.phases.find((each) => each.name === name);
  if (phase === undefined) throw new Error(`The fixture has no phase ${name}.`);
  return phase;
};
/** The texts of a drawing. */
const texts = (svg: string): readonly string[] =>
  Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), (match) => match[1] ?? '');
const leak: GrowthCurve = {
  phase: 'soak',
  process: 'backend',
  pid: 7,
  quantity: 'descriptors',
  measuredFromNs: 0,
  points: [
    { atNs: 0, value: 20 },
    { atNs: 9 * S, value: 24 },
  ],
  trend: null,
};

describe('both axes of a chart are named in the picture itself', () => {
  it.each([
    [
      'percentiles',
      () =>
        percentileChart(
          figures.percentiles[0] ?? {
            phase: '',
            loop: 'open',
            deadlinesNs: [],
            responseOk: [],
            responseAll: [],
            fromSendOk: [],
          },
        ),
      'Response time (log scale)',
      'share of calls that took no longer',
    ],
    [
      'queue age',
      () => queueChart(figures.timeline, phaseOf('overload'), figures.faults),
      'Queue age',
      'since the start of the phase',
    ],
    ['growth', () => growthChart(leak, 'backend, descriptors'), 'Descriptors held', 'since the start of the phase'],
    ['calls in flight', () => inFlightChart(figures), 'Calls in flight (mean)', 'since the start of the run'],
    [
      'heat map',
      () => heatmapChart(figures),
      'Response time (log scale)',
      'intended start, since the start of the run',
    ],
    [
      'hysteresis',
      () => hysteresisChart(loop),
      'Response time, p99 (failures at their deadline; log scale)',
      'offered rate',
    ],
  ] as const)('%s', async (_, made, up, across) => {
    const chart = made();
    expect(texts(await svgOf(chart))).toEqual(expect.arrayContaining([up, across]));
  });
});

describe('the curves of rising and of falling load', () => {
  it('are two lines through as many points as have a p99', async () => {
    const chart = hysteresisChart({
      ...loop,
      down: loop.down.map((point, index) => (index === 0 ? { ...point, p99Ns: null } : point)),
    });
    expect(chart?.key.map(({ words }) => words)).toEqual(['rate rising', 'rate falling']);
    // A line is stroked, a point is filled.
    expect((await svgOf(chart)).match(/ fill="var\(--c-response\)"/g)).toHaveLength(3);
    expect((await svgOf(chart)).match(/ fill="var\(--c-counted\)"/g)).toHaveLength(2);
  });

  it('are not drawn where one has fewer than two', () => {
    expect(hysteresisChart({ ...loop, down: loop.down.map((point) => ({ ...point, p99Ns: null })) })).toBeNull();
  });
});

describe('a queue', () => {
  const held = {
    ...phaseOf('overload'),
    stages: [],
    queueAge: { ...phaseOf('overload').queueAge, slope: { nsPerSecond: 48.8 * MS, low: 40 * MS, high: 60 * MS } },
  };

  it('names by how much it grew, at a rate that was held', () => {
    expect(queueFinding(held)).toMatch(/reached an age of .*, and grew by \+48\.8 ms\/s\.$/);
  });

  it('is not called growing where the rate changed, or the trend is one that a sustained rate may have', () => {
    expect(queueFinding({ ...held, stages: phaseOf('overload').stages })).not.toContain('grew');
    expect(
      queueFinding({
        ...held,
        queueAge: { ...held.queueAge, slope: { nsPerSecond: 0.5 * MS, low: 0.2 * MS, high: 0.9 * MS } },
      }),
    ).not.toContain('grew');
  });
});

describe('the warm-up of a phase', () => {
  it('is shaded where the queue is drawn, because the numbers beside it leave it out', () => {
    const phase = phaseOf('fault');
    const words = (measuredFromNs: number): readonly string[] =>
      queueChart(figures.timeline, { ...phase, measuredFromNs }, []).key.map((entry) => entry.words);
    expect(words(phase.startNs + 2 * S)).toContain('warm-up, not in the numbers');
    expect(words(phase.startNs)).not.toContain('warm-up, not in the numbers');
  });
});

describe('in few words', () => {
  it('the maximum is named once where there are too few calls for a p99', () => {
    const phase = phaseOf('overload');
    const few = { ...phase, scheduleLag: { ...phase.scheduleLag, n: 40, maxNs: 12.8 * MS, quantiles: [] } };
    const finding = lagFinding(few, { phase: 'overload', limitNs: 25 * MS, underNs: 1_000, under: 0, bins: [] });
    expect(finding).toBe('Schedule lag at most 12.8 ms (40 calls).');
  });

  it('a self-capacity that is unknown comes with the reason from the record', () => {
    const unknown = fixtureSummary(undefined, {
      generator: {
        ...summary.generator,
        selfCapacityPerSecond: null,
        selfCapacityUnknown: 'this machine does not hold 500/s',
      },
    });
    const fact = generatorChecks(unknown).find(({ name }) => name === 'Self-capacity');
    expect(fact).toMatchObject({ value: 'unknown (900/s offered)', badge: { words: 'unknown' } });
    expect(fact?.meaning).toContain('Unknown: this machine does not hold 500/s.');
  });

  it('a reason and its hint are separate sentences in Markdown', () => {
    const input = fixtureInput();
    const validity = {
      ...input.analysis.summary.validity,
      reasons: [
        {
          code: 'contended-machine',
          severity: 'warning',
          phase: null,
          what: 'others took 15 % of a core',
          remedy: 'end other work',
        },
      ],
    } as const;
    const markdown = markdownSummary([
      {
        ...input,
        analysis: { ...input.analysis, summary: { ...input.analysis.summary, validity } },
      },
    ]);
    expect(markdown).toContain('contended-machine: others took 15 % of a core. Hint: end other work');
  });

  it('an unknown recovery says why in the terminal', () => {
    const input = fixtureInput();
    const [first] = input.analysis.summary.recoveries;
    if (first === undefined) throw new Error('The fixture has a fault.');
    const recovery = {
      ...first,
      timeToDetect: { kind: 'unknown' },
      timeToRecover: { kind: 'unknown' },
      dip: null,
      note: '0 windows lie before the fault',
    } as const;
    const terminal = terminalSummary(
      [{ ...input, analysis: { ...input.analysis, summary: { ...input.analysis.summary, recoveries: [recovery] } } }],
      { color: false, width: 120 },
    );
    expect(terminal).toContain('time to recover unknown (0 windows lie before the fault)');
    expect(timelineFinding({ ...input.analysis.summary, recoveries: [recovery] }, input.analysis.figures)).toContain(
      ': time to recover unknown (0 windows lie before the fault).',
    );
  });
});

describe('the percentiles of a run with a capacity search', () => {
  it('leave the search out, whose probes have no rate in common, and say so when nothing else is there', async () => {
    const input = fixtureInput();
    const searches = input.analysis.summary.phases
      .slice(0, 1)
      .map((phase) => ({ ...phase, regime: 'capacity' as const, loop: 'open' as const, offered: 0 }));
    const page = await htmlReport([
      {
        ...input,
        analysis: { ...input.analysis, summary: { ...input.analysis.summary, phases: searches } },
      },
    ]);
    const section = chapterOf(page, 'percentiles');
    expect(section).toContain('each of its probes has its own rate');
    expect(section).not.toContain('no call was measured');
  });
});
