import { describe, expect, it } from 'vitest';
import type { GrowthCurve, GrowthSummary, GrowthTrend } from '../../src/analysis/index.js';
import { htmlReport, markdownSummary, terminalSummary, type RunView } from '../../src/report/index.js';
import { growthSentence } from '../../src/report/topics/trend.js';
import { displayWidth } from '../../src/report/text.js';
import { fixtureInput, S } from './fixture.js';

const MIB = 1024 ** 2;

const trend = (quantity: GrowthTrend['quantity'], over: Partial<GrowthTrend> = {}): GrowthTrend => ({
  quantity,
  polls: 300,
  first: 10,
  last: 10,
  slopePerHour: { value: 0, low: 0, high: 0 },
  verdict: 'flat',
  reason: null,
  ...over,
});

const GROWING: GrowthSummary = {
  phase: 'soak',
  fromNs: 60 * S,
  toNs: 660 * S,
  verdict: 'growing',
  processes: [
    {
      process: 'back<end>',
      pid: 41,
      trends: [
        trend('rss', {
          first: 80 * MIB,
          last: 86.3 * MIB,
          slopePerHour: { value: 38 * MIB, low: 36 * MIB, high: 40 * MIB },
          verdict: 'growing',
        }),
        trend('descriptors'),
        trend('sockets'),
        trend('threads'),
        trend('sessions', {
          polls: 0,
          first: null,
          last: null,
          slopePerHour: null,
          verdict: 'unknown',
          reason: 'only a mock reports its sessions',
        }),
      ],
    },
    {
      process: 'plimsoll',
      pid: 40,
      trends: [
        trend('rss', {
          first: 120 * MIB,
          last: 119.5 * MIB,
          slopePerHour: { value: -2 * MIB, low: -9 * MIB, high: 1.5 * MIB },
        }),
        trend('descriptors'),
      ],
    },
  ],
};
const FLAT: GrowthSummary = { ...GROWING, verdict: 'flat', processes: GROWING.processes.slice(1) };

const curve: GrowthCurve = {
  phase: 'soak',
  process: 'back<end>',
  pid: 41,
  quantity: 'rss',
  measuredFromNs: 60 * S,
  points: Array.from({ length: 100 }, (_, i) => ({ atNs: i * 6.6 * S, value: (80 + i / 15) * MIB })),
  trend: [
    { atNs: 60 * S, value: 80 * MIB },
    { atNs: 660 * S, value: 86 * MIB },
  ],
};

function withGrowth(growth: readonly GrowthSummary[], curves: readonly GrowthCurve[] = []): RunView {
  const input = fixtureInput();
  const { summary, figures } = input.analysis;
  const phases = summary.phases.map((phase, index) =>
    index === 3 ? { ...phase, name: 'soak', regime: 'soak' as const } : phase,
  );
  return { ...input, analysis: { summary: { ...summary, phases, growth }, figures: { ...figures, growth: curves } } };
}

describe('a resource trend in words', () => {
  it('names what grows, and by how much an hour with its interval', () => {
    expect(growthSentence(GROWING)).toBe(
      'Growing over 10 min after the warm-up: back<end>: memory +38 MiB/h (+36 MiB/h to +40 MiB/h).',
    );
  });

  it('says how flat flat is', () => {
    expect(growthSentence(FLAT)).toBe(
      'Nothing grew over 10 min after the warm-up; memory of no process by more than +1.5 MiB/h (upper bound).',
    );
  });
});

describe('a resource trend in the reports', () => {
  it('is a chapter with a chart per process and a row per resource, names escaped', async () => {
    const html = await htmlReport([withGrowth([GROWING], [curve])]);
    const from = html.indexOf('id="trend"');
    const part = html.slice(from, html.indexOf('</section>', from));
    expect(part).toContain('back&lt;end&gt;');
    expect(part).not.toContain('back<end>');
    expect(part.match(/<svg role="img"/g)).toHaveLength(1);
    expect(part).toContain('trend (Theil-Sen)');
    expect(part).toContain('+36 MiB/h to +40 MiB/h');
    expect(part).toContain('only a mock reports its sessions');
    expect(part.match(/<tr>/g)).toHaveLength(1 + 7);
  });

  it('is a line in the terminal that keeps to its width, and a table in Markdown', () => {
    const input = withGrowth([GROWING]);
    const lines = terminalSummary([input], { color: false, width: 80 }).split('\n');
    expect(lines.find((line) => line.startsWith('✗ soak: Growing'))).toBeDefined();
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80);
    const markdown = markdownSummary([input]);
    expect(markdown).toContain('## Resource trend');
    expect(markdown).toMatch(/\| plimsoll \(pid 40\) \| memory \| 120 MiB \| 120 MiB \| .*\| ✓ not growing \|/);
  });

  it('is left out where nothing was soaked', async () => {
    expect(await htmlReport([fixtureInput()])).not.toContain('id="trend"');
    expect(terminalSummary([fixtureInput()], { color: false, width: 80 })).not.toContain('Growing');
  });
});
