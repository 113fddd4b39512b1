import { describe, expect, it } from 'vitest';
import type { PhaseSummary, Stationarity, StationarityStretch, StationarityTest } from '../../src/analysis/index.js';
import { htmlReport, markdownSummary, terminalSummary, type RunView } from '../../src/report/index.js';
import { stationaritySentence } from '../../src/report/topics/stationarity.js';
import { callStats, fixtureInput, MS, S } from './fixture.js';

const START = 30.9 * S;

function testOf(over: Partial<StationarityTest>): StationarityTest {
  return {
    quantity: 'response-time',
    windows: 40,
    level: 20 * MS,
    slopePerSecond: { value: 0, low: null, high: null },
    shift: null,
    effectiveWindows: 30,
    finding: 'none',
    ...over,
  };
}
const stretch = (fromNs: number, tests: readonly StationarityTest[]): StationarityStretch => ({
  fromNs,
  toNs: START + 20 * S,
  tests,
});

const SHIFTED = stretch(START, [
  testOf({ finding: 'shift', shift: { atNs: START + 8 * S, before: 20 * MS, after: 31 * MS, p: 1e-4 } }),
  testOf({ quantity: 'throughput', level: 300 }),
]);
const RISING = stretch(START, [
  testOf({ finding: 'trend', slopePerSecond: { value: 0.5 * MS, low: 0.4 * MS, high: 0.6 * MS } }),
]);
const CALM = stretch(START + 6 * S, [testOf({})]);

/** The usual report with another verdict on its open phase `fault`. */
function judged(stationarity: Stationarity, stationaryStats: PhaseSummary['stationaryStats'] = null): RunView {
  const input = fixtureInput();
  const { summary } = input.analysis;
  const phases = summary.phases.map((phase) =>
    phase.name === 'fault' ? { ...phase, stationarity, stationaryStats } : phase,
  );
  return { ...input, analysis: { ...input.analysis, summary: { ...summary, phases } } };
}

const forms = async (input: RunView) => ({
  page: (await htmlReport([input])).replaceAll('\u00a0', ' '),
  markdown: markdownSummary([input]),
  terminal: terminalSummary([input], { color: false, width: 100 }).replace(/\s+/g, ' '),
});

describe('a phase that is not stationary', () => {
  it('is reported with the level shift and its time, on the page, in Markdown and in the terminal', async () => {
    const { page, markdown, terminal } = await forms(
      judged({ verdict: 'not-stationary', windowNs: 0.5 * S, judged: SHIFTED, chosen: null }),
    );
    const sentence = 'Not stationary: median response time shifted from 20 ms to 31 ms about 8 s into the phase.';
    expect(page).toContain(sentence);
    expect(markdown).toContain(`## Stationarity\n\n- **fault**: ${sentence}`);
    expect(terminal).toContain(`fault: ${sentence}`);
  });

  it('is reported with its trend over the window', () => {
    const [phase] = judged({
      verdict: 'not-stationary',
      windowNs: 0.5 * S,
      judged: RISING,
      chosen: null,
    }).analysis.summary.phases.filter(({ name }) => name === 'fault');
    expect(phase === undefined ? null : stationaritySentence(phase)).toBe(
      'Not stationary: median response time rose by 10 ms (50 % of its median) over 20 s. A gate on this ' +
        'phase cannot pass.',
    );
  });
});

describe('a phase that is stationary later', () => {
  it('names when, and the p99 from then on beside that of the whole phase', async () => {
    const { page, markdown, terminal } = await forms(
      judged(
        { verdict: 'stationary-later', windowNs: 0.5 * S, judged: SHIFTED, chosen: CALM },
        callStats({ offered: 4_200 }, 14, 9 * MS, 2),
      ),
    );
    for (const form of [page, markdown, terminal])
      expect(form).toContain('Stationary after 6 s: p99 29.2 ms from there on, 71.1 ms over the whole phase.');
  });
});

describe('a phase that is stationary, or was not judged', () => {
  it('has its row on the page alone: it needs no warning', async () => {
    const steady = await forms(judged({ verdict: 'stationary', windowNs: 0.5 * S, judged: CALM, chosen: CALM }));
    expect(steady.page).toContain('Stationary, by windows of 500 ms: no trend and no level shift.');
    expect(steady.page).toContain('Stationarity not judged: too short, under 5 s.');
    for (const form of [steady.markdown, steady.terminal]) expect(form).not.toMatch(/[Ss]tationar/);
  });
});
