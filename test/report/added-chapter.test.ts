import { describe, expect, it, vi } from 'vitest';
import { htmlReport, markdownSummary, terminalSummary } from '../../src/report/index.js';
import { fixtureInput } from './fixture.js';

vi.mock(import('../../src/report/topics/index.js'), async (original) => {
  const { TOPICS } = await original();
  const tides = {
    id: 'tides',
    title: 'Tides',
    label: 'Tides',
    place: 'results',
    lead: () => 'How high the water was.',
    headline: () => ({ state: 'quiet', finding: 'High water at noon.', key: null }),
    applies: () => true,
    page: () => [{ kind: 'text', text: 'High water on the page.' }],
    markdown: () => [{ kind: 'text', text: 'High water in Markdown.' }],
    terminal: () => [[{ text: 'High water in the terminal.' }]],
  };
  return { TOPICS: [...TOPICS, tides] as unknown as typeof TOPICS };
});

describe('a chapter added to the list', () => {
  it('is on the page, in Markdown and in the terminal', async () => {
    const runs = [fixtureInput()];
    const page = await htmlReport(runs);
    expect(page).toContain('<div class="body" id="tides"');
    expect(page).toContain('High water at noon.');
    expect(page).toContain('href="#tides"');
    expect(page).toContain('High water on the page.');
    expect(markdownSummary(runs)).toContain('## Tides\n\nHigh water in Markdown.');
    expect(terminalSummary(runs, { color: false, width: 80 })).toContain('High water in the terminal.');
  });

  it('shows each run that it is given', async () => {
    const [one, two] = [fixtureInput(), fixtureInput()];
    const runs = [
      one,
      { ...two, analysis: { ...two.analysis, summary: { ...two.analysis.summary, runId: 'the-second-run' } } },
    ];
    const page = await htmlReport(runs);
    expect(page.match(/High water on the page/g)).toHaveLength(2);
    expect(page).toContain('<h3>the-second-run</h3>');
    expect(page.match(/<div class="body" id="tides"/g)).toHaveLength(1);
  });
});
