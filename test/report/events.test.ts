import { describe, expect, it } from 'vitest';
import type { FailureKind, Summary } from '../../src/analysis/index.js';
import { htmlReport, markdownSummary, terminalSummary, type RunView } from '../../src/report/index.js';
import { chapterOf, fixtureInput, S } from './fixture.js';

function viewOf(part: Partial<Pick<Summary, 'answerGaps' | 'failures'>>): RunView {
  const input = fixtureInput();
  return { ...input, analysis: { ...input.analysis, summary: { ...input.analysis.summary, ...part } } };
}

const forms = async (view: RunView) => ({
  page: (await htmlReport([view])).replaceAll('\u00a0', ' '),
  markdown: markdownSummary([view]),
  terminal: terminalSummary([view], { color: false, width: 160 }).replace(/\s+/g, ' '),
});

const gap = { phase: 'fault', fromNs: 4.2 * S, toNs: 7.2 * S, waiting: 301, faults: [] };
const failure: FailureKind = {
  phase: 'fault',
  outcome: 'tool',
  errorClass: 'tool-error',
  calls: 1204,
  onReusedConnections: 1200,
  firstNs: 12.1 * S,
  lastNs: 18.4 * S,
  examples: ['the <index> is being rebuilt', 'disk | full'],
};

describe('what went wrong', () => {
  it('has a name and a time in the terminal', async () => {
    const { terminal } = await forms(viewOf({ answerGaps: [gap], failures: [failure] }));
    expect(terminal).toContain('✗ No answer for 3 s from +4.2 s in fault, 301 attempts in flight.');
    expect(terminal).toContain(
      '✗ tool error (tool-error): 1,204 calls of fault, +12.1 s to +18.4 s, such as "the <index> is being ' +
        'rebuilt", "disk | full".',
    );
  });

  it('says of lost connections how many had been idle ones', async () => {
    const reset: FailureKind = { ...failure, outcome: 'transport', errorClass: 'connection-reset', examples: [] };
    const { terminal } = await forms(viewOf({ failures: [reset] }));
    expect(terminal).toContain('1,204 calls of fault, +12.1 s to +18.4 s, 1,200 on reused connections.');
  });

  it('has the same on the page and in Markdown, with every name made harmless', async () => {
    const { page, markdown } = await forms(viewOf({ answerGaps: [gap], failures: [failure] }));
    expect(markdown).toContain('| fault | +4.2 s | 3 s | 301 | none |');
    expect(markdown).toContain(
      '| fault | tool error | tool-error | 1,204 | 1,200 | +12.1 s | +18.4 s | "the &#60;index&#62;',
    );
    expect(markdown).toContain('"disk &#124; full"');
    const section = chapterOf(page, 'events');
    expect(section).toContain('the &lt;index&gt; is being rebuilt');
    expect(section).toContain('Stretches without any answer');
  });

  it('says which fault was active, and that more is in the report', async () => {
    const [first] = fixtureInput().analysis.summary.recoveries;
    const many = Array.from({ length: 9 }, (_, k) => ({ ...gap, fromNs: k * S, faults: [first?.fault ?? ''] }));
    const { terminal } = await forms(viewOf({ answerGaps: many }));
    expect(terminal).toContain('; latency on upstream was active.');
    expect(terminal).toContain('and 3 more in the report');
  });

  it('is no chapter of a run in which every call was ok', async () => {
    const { page, markdown } = await forms(viewOf({}));
    expect(page).not.toContain('id="events"');
    expect(markdown).not.toContain('Failures and missing answers');
  });
});
