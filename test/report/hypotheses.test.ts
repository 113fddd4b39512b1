import { describe, expect, it } from 'vitest';
import type { DriftChange, DriftSummary, PhaseHypotheses } from '../../src/analysis/index.js';
import { blocksHtml, html, markdownSummary, terminalSummary } from '../../src/report/index.js';
import { TOPICS } from '../../src/report/topics/index.js';
import type { Topic } from '../../src/report/topics/topic.js';
import { displayWidth } from '../../src/report/text.js';
import { fixtureInput, MS, PLAIN_NAMES, S } from './fixture.js';

const passed = { verdict: 'passed', measured: 0.998, why: 'before the faults: 99.8 %' } as const;
const failed = { verdict: 'failed', measured: 0.91, why: 'after the faults: 91 %' } as const;
const open = { verdict: 'not-judged', measured: null, why: 'nothing is left <b>of the phase' } as const;

function stated(goodput: Pick<PhaseHypotheses['results'][number], 'before' | 'after'>): PhaseHypotheses {
  return {
    phase: 'fault',
    faults: ['slow-link'],
    before: { fromNs: 31 * S, toNs: 35.4 * S, offered: 1320 },
    after: { fromNs: 42.4 * S, toNs: 50.9 * S, offered: 2550 },
    results: [
      { text: 'goodput ratio of <i>book >= 99 %', metric: 'goodput', unit: 'ratio', ...goodput },
      {
        text: 'response-time p99 <= 100 ms',
        metric: 'response-time',
        unit: 'ns',
        before: { ...passed, measured: 43 * MS },
        after: { ...passed, measured: 44 * MS },
      },
      {
        text: 'retry-amplification <= 1.2x',
        metric: 'retry-amplification',
        unit: 'multiple',
        before: { ...passed, measured: 1.05 },
        after: { ...passed, measured: 1.1 },
      },
    ],
  };
}

const change = (over: Partial<DriftChange>): DriftChange => ({
  tool: 'search',
  kind: 'changed',
  class: 'breaking',
  phase: 'fault',
  askedNs: 36.1 * S,
  answeredNs: 36.102 * S,
  unchangedNs: 35.6 * S,
  before: 'ab'.repeat(32),
  after: 'cd'.repeat(32),
  changes: [{ class: 'breaking', what: 'inputSchema: field "<script>" is required now' }],
  ...over,
});
const DRIFT: DriftSummary = {
  everyNs: 0.5 * S,
  tools: 3,
  polls: 101,
  failedPolls: 0,
  longestGapNs: 510 * MS,
  breaking: 1,
  informational: 1,
  changes: [
    change({}),
    change({
      class: 'informational',
      phase: null,
      answeredNs: 41.2 * S,
      unchangedNs: 40.7 * S,
      changes: [{ class: 'informational', what: 'description changed' }],
    }),
  ],
};

const input = (hypotheses: readonly PhaseHypotheses[], drift: DriftSummary | null = null) =>
  fixtureInput(PLAIN_NAMES, { hypotheses, drift });
const terminal = (given: ReturnType<typeof input>, width = 100): string =>
  terminalSummary([given], { color: false, width });

/** The HTML of a chapter alone; empty where it is left out. */
async function sectionOf(id: (typeof TOPICS)[number]['id'], given: ReturnType<typeof input>): Promise<string> {
  const topic: Topic | undefined = TOPICS.find((each) => each.id === id);
  if (topic === undefined || !topic.applies(given)) return '';
  return html`${topic.lead(given)}${await blocksHtml(topic.page(given))}`.html.replaceAll('\u00a0', ' ');
}

describe('a steady state that came back', () => {
  const given = input([stated({ before: passed, after: passed })]);

  it('is a row per hypothesis, and a column in the table of faults', async () => {
    const part = await sectionOf('hypotheses', given);
    expect(part).toContain('All passed before and after the faults (+31.000 s to +35.400 s, +42.400 s to +50.900 s).');
    expect(part).toContain('goodput ratio of &lt;i&gt;book &gt;= 99 %');
    expect(part.match(/passed<\/span>/g)).toHaveLength(6);
    expect(part).toContain('1.05x');
    const faults = await sectionOf('recovery', given);
    expect(faults).toContain('Steady-state hypotheses');
    expect(faults.match(/passed before<small>passed after<\/small>/g)).toHaveLength(2);
  });

  it('is a line in the terminal and a table in Markdown', () => {
    expect(terminal(given, 200)).toContain(
      '✓ Steady-state hypotheses of fault: All passed before and after the faults',
    );
    expect(markdownSummary([given])).toMatch(
      /## Steady-state hypotheses\n\n.* faults of fault.*\n\n.*\n\n\| Hypothesis \| Before .* \| After .* \|/,
    );
    expect(markdownSummary([given])).toContain('| passed before (passed after) |');
  });
});

describe('a steady state that did not come back', () => {
  const given = input([stated({ before: passed, after: failed })]);

  it('is reported with its number', async () => {
    expect(await sectionOf('hypotheses', given)).toContain(
      '1 of 3 hypotheses failed after the faults: the stack did not return to its steady state.',
    );
    expect(terminal(given)).toMatch(/✗ Steady-state hypotheses of fault: 1 of 3 hypotheses failed after the faults/);
    expect(terminal(given)).toContain('    after: goodput ratio of <i>book >= 99 %, 91 %');
    expect(markdownSummary([given])).toContain('✗ failed (91 %)');
  });
});

describe('a steady state that was never there', () => {
  const given = input([stated({ before: failed, after: open })]);

  it('leaves the faults of the phase inconclusive', async () => {
    expect(await sectionOf('recovery', given)).toContain('1 of 3 failed before<small>inconclusive</small>');
    expect(await sectionOf('hypotheses', given)).toContain(
      'there was no steady state, so nothing can be concluded from the faults',
    );
    expect(await sectionOf('hypotheses', given)).toContain('nothing is left &lt;b&gt;of the phase');
    expect(markdownSummary([given])).toContain('| 1 of 3 failed before (inconclusive) |');
    expect(await sectionOf('overview', given)).toContain(
      'Inconclusive, because there was no steady state before it. Degraded within',
    );
  });
});

describe('contract drift', () => {
  const given = input([], DRIFT);

  it('is a chapter with a row per change, text of the server escaped', async () => {
    const part = await sectionOf('drift', given);
    expect(part).toContain(
      '1 breaking and 1 informational changes in 3 tools; polled every 500 ms, 101 polls; a change that ' +
        'lasted under 510 ms may have been missed.',
    );
    expect(part.match(/<tr>/g)).toHaveLength(3);
    expect(part).toContain('field &quot;&lt;script&gt;&quot; is required now');
    expect(part).toContain('+35.600 s to +36.102 s<small>within 502 ms, fault</small>');
    expect(part).toContain('between phases');
    expect(part).not.toContain('<script>');
  });

  it('is listed in the terminal, never wider than asked, and in Markdown', () => {
    const lines = terminal(given, 60).split('\n');
    expect(lines).toContain('contract drift: 1 breaking, 1 informational');
    expect(lines).toContain('  +41.200 s informational: search, description changed');
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(60);
    expect(markdownSummary([given])).toMatch(
      /## Contract drift\n\n.*\n\n.*\n\n\| Tool \|.*\n.*\n\| search \(changed\) \| ✗ breaking \|/,
    );
    expect(markdownSummary([given])).toContain('| +35.600 s to +36.102 s (within 502 ms, fault) |');
  });

  it('is left out where there was none, but failed polls are reported', async () => {
    const calm: DriftSummary = { ...DRIFT, breaking: 0, informational: 0, changes: [] };
    for (const drift of [null, calm]) {
      expect(await sectionOf('drift', input([], drift))).toBe('');
      expect(markdownSummary([input([], drift)])).not.toContain('Contract drift');
    }
    expect(await sectionOf('drift', input([], { ...calm, failedPolls: 3 }))).toContain(
      'No change in 3 tools; polled every 500 ms, 101 polls, 3 failed',
    );
  });
});
