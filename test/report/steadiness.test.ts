import { describe, expect, it } from 'vitest';
import type { PhaseSummary, SteadyState, SteadyStretch, SteadyTest } from '../../src/analysis/index.js';
import { htmlReport, markdownSummary, terminalSummary, type RunView } from '../../src/report/index.js';
import { steadySentence } from '../../src/report/steadiness.js';
import { callStats, fixtureInput, MS, S } from './fixture.js';

const START = 30.9 * S;

function testOf(over: Partial<SteadyTest>): SteadyTest {
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
const stretch = (fromNs: number, tests: readonly SteadyTest[]): SteadyStretch => ({
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
function judged(steadyState: SteadyState, steadyNumbers: PhaseSummary['steadyNumbers'] = null): RunView {
  const input = fixtureInput();
  const { summary } = input.analysis;
  const phases = summary.phases.map((phase) =>
    phase.name === 'fault' ? { ...phase, steadyState, steadyNumbers } : phase,
  );
  return { ...input, analysis: { ...input.analysis, summary: { ...summary, phases } } };
}

const forms = async (input: RunView) => ({
  page: (await htmlReport(input)).replaceAll('\u00a0', ' '),
  markdown: markdownSummary(input),
  terminal: terminalSummary(input, { color: false, width: 100 }).replace(/\s+/g, ' '),
});

describe('a phase without a steady state', () => {
  it('is told with the level shift and its time, on the page, in Markdown and in the terminal', async () => {
    const { page, markdown, terminal } = await forms(
      judged({ verdict: 'none', windowNs: 0.5 * S, judged: SHIFTED, chosen: null }),
    );
    const told = 'No steady state: the median response time shifted from 20 ms to 31 ms about 8 s into the phase.';
    expect(page).toContain(told);
    expect(markdown).toContain(`## Not steady\n\n- **fault**: ${told}`);
    expect(terminal).toContain(`fault: ${told}`);
  });

  it('is told with its trend over the window', () => {
    const [phase] = judged({
      verdict: 'none',
      windowNs: 0.5 * S,
      judged: RISING,
      chosen: null,
    }).analysis.summary.phases.filter(({ name }) => name === 'fault');
    expect(phase === undefined ? null : steadySentence(phase)).toBe(
      "No steady state: the median response time rose by 10 ms (50 % of its middle) over 20 s. A gate on this phase can't pass.",
    );
  });
});

describe('a phase that was steady late', () => {
  it('is told with when, and with the p99 from then on beside that of the whole window', async () => {
    const { page, markdown, terminal } = await forms(
      judged(
        { verdict: 'late', windowNs: 0.5 * S, judged: SHIFTED, chosen: CALM },
        callStats({ offered: 4_200 }, 14, 9 * MS, 2),
      ),
    );
    for (const form of [page, markdown, terminal])
      expect(form).toContain(
        'Steady from 6 s into the phase on; its p99 is 29.2 ms, against 71.1 ms of all that was measured.',
      );
  });
});

describe('a phase that was steady, or was not judged', () => {
  it('has its line on the page alone: there is nothing to beware of', async () => {
    const steady = await forms(judged({ verdict: 'steady', windowNs: 0.5 * S, judged: CALM, chosen: CALM }));
    expect(steady.page).toContain('Steady throughout, by windows of 500 ms: no trend and no level shift.');
    expect(steady.page).toContain('Steady state not judged: too short to judge, under 5 s.');
    for (const form of [steady.markdown, steady.terminal])
      expect(form).not.toMatch(/[Ss]teady (?:throughout|state|late)|Not steady/);
  });
});
