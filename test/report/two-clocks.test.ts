import { beforeAll, describe, expect, it } from 'vitest';
import { htmlReport, markdownSummary, terminalSummary, type RunView } from '../../src/report/index.js';
import { chapterOf, fixtureFigures, fixtureGates, fixtureInput, fixtureSummary, PLAIN_NAMES } from './fixture.js';

const CLOSED = 'berth sixteen';

/** The usual report in which everything that can name a phase names the closed one. */
function allClosed(): RunView {
  const usual = fixtureInput({ ...PLAIN_NAMES, phase: CLOSED });
  const { summary } = usual.analysis;
  const told = {
    ...summary,
    validity: {
      ...summary.validity,
      reasons: [
        {
          code: 'hypothesis-failed-before-fault',
          severity: 'warning',
          phase: CLOSED,
          what: 'a hypothesis failed before the faults',
          remedy: 'look at why',
        } as const,
      ],
    },
    recoveries: summary.recoveries.map((recovery) => ({ ...recovery, phase: CLOSED })),
    effects:
      summary.effects === null
        ? null
        : { ...summary.effects, slices: summary.effects.slices.map((slice) => ({ ...slice, phase: CLOSED })) },
    scaling: {
      kind: 'refused',
      levels: 2,
      neededLevels: 6,
      reason: 'too-few-levels',
      points: [16, 8].map((concurrency) => ({ phase: CLOSED, concurrency, completedPerSecond: 900 })),
    } as const,
  };
  return { ...usual, analysis: { summary: told, figures: fixtureFigures(told) } };
}

const withoutTags = (source: string): string => source.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
const namesClosed = (text: string): boolean => text.includes(CLOSED) || /\bfloor\b/.test(text);

describe('a closed loop is labelled as one wherever it is named beside numbers:', () => {
  let page = '';
  beforeAll(async () => {
    page = await htmlReport([allClosed()]);
  });

  it('in every row and caption of every table of the page', () => {
    const rows = Array.from(page.matchAll(/<(tr|caption)[ >][\s\S]*?<\/\1>/g), (match) => withoutTags(match[0])).filter(
      namesClosed,
    );
    // Phases in captions, queue age, stages, faults, recoveries, effects, scaling and gates.
    expect(rows.length).toBeGreaterThanOrEqual(15);
    for (const row of rows) expect(row).toMatch(/closed/);
  });

  it('in every word of every chart', () => {
    const onWide = page.replace(/<svg class="(?:clock )?narrow"[\s\S]*?<\/svg>/g, '');
    const words = Array.from(onWide.matchAll(/<text[^>]*>([\s\S]*?)<\/text>/g), (match) =>
      withoutTags(match[1] ?? ''),
    ).filter((text) => namesClosed(text) || text.startsWith('berth'));
    // Two bars of the breakdown and both phases in the strip, where a band may be too narrow for more than the name:
    // the readout of the moment and the lead of the chapter have the rest.
    expect(words).toHaveLength(4);
    for (const text of words.filter((word) => word !== 'floor')) expect(text).toMatch(/closed/);
  });

  it('in the title and the description of every chart', () => {
    const titles = Array.from(
      page.matchAll(/<figcaption><h3>([^<]*)<\/h3>|aria-label="([^"]*)"/g),
      (match) => match[1] ?? match[2] ?? '',
    ).filter(namesClosed);
    expect(titles.length).toBeGreaterThanOrEqual(6);
    for (const title of titles) expect(title).toMatch(/closed|all over the run/);
  });

  it('in every row of every Markdown table', () => {
    const rows = markdownSummary([allClosed()])
      .split('\n')
      .filter((line) => line.startsWith('|') && namesClosed(line));
    expect(rows.length).toBeGreaterThanOrEqual(8);
    for (const row of rows) expect(row).toMatch(/closed loop/);
  });

  it('on every line of Markdown that tells of a phase, of a fault in it or of what is wrong with it', () => {
    const told = markdownSummary([allClosed()])
      .split('\n')
      .filter((line) => line.startsWith('- **') && (namesClosed(line) || /on upstream/.test(line)));
    // Two phases, two faults, a warning.
    expect(told).toHaveLength(5);
    for (const line of told) expect(line).toMatch(/closed loop/);
  });

  it('in what the page says is wrong, on its cards, and beside what shows all phases at once', async () => {
    const said = Array.from(page.matchAll(/<(li|article)[ >][\s\S]*?<\/\1>/g), (match) => withoutTags(match[0])).filter(
      (text) => namesClosed(text) || /on upstream/.test(text),
    );
    // Two phases, two faults, a warning, and three of the headline numbers.
    expect(said).toHaveLength(8);
    for (const text of said) expect(text).toMatch(/closed loop/);
    expect(withoutTags(page).match(/Closed loops: floor, berth sixteen\./g)).toHaveLength(2);
  });

  it('with each fault in the terminal', () => {
    const faults = terminalSummary([allClosed()], { color: false, width: 120 })
      .split('\n')
      .filter((line) => /on upstream/.test(line));
    expect(faults).toHaveLength(2);
    for (const line of faults) expect(line).toMatch(/on upstream \(closed loop\):/);
  });

  it('in the terminal at any width', () => {
    for (let width = 40; width <= 150; width++) {
      const lines = terminalSummary([allClosed()], { color: false, width })
        .split('\n')
        .filter((line) => /^(?:berth|floor)/.test(line));
      expect(lines).toHaveLength(2);
      for (const line of lines) expect(line, `${width} columns`).toMatch(/closed/);
    }
  });
});

describe('response time and latency from send stand side by side', () => {
  // Half of the usual latency from send, so that neither number can pass for the other.
  const halved = (): RunView => {
    const summary = fixtureSummary();
    const half = (ns: number | null): number | null => (ns === null ? null : ns / 2);
    const phases = summary.phases.map((phase) => {
      const { ok } = phase.responseTime;
      const service = {
        ...ok,
        maxNs: half(ok.maxNs),
        quantiles: ok.quantiles.map((each) => (each.kind === 'value' ? { ...each, ns: each.ns / 2 } : each)),
      };
      return { ...phase, latencyFromSend: { ok: service, all: service } };
    });
    return {
      ...fixtureInput(),
      gates: fixtureGates(),
      analysis: { summary: { ...summary, phases }, figures: fixtureFigures(summary) },
    };
  };

  it('in the terminal at any width', () => {
    for (let width = 40; width <= 150; width += 5)
      expect(terminalSummary([halved()], { color: false, width })).toMatch(/43\.4 ms +21\.7 ms/);
  });

  it('in the Markdown tables of phases and tools', () => {
    const lines = markdownSummary([halved()]).split('\n');
    expect(lines).toContain(
      '| steady | closed loop, 16 callers | 925/s | 925/s | 16 ms | 8 ms | 43.4 ms | 21.7 ms | 156 ms | ' +
        '77.8 ms | 0.0405 % |',
    );
    const headings = lines.filter((line) => line.includes('| p50 |'));
    expect(headings).toHaveLength(2);
    for (const heading of headings)
      expect(heading).toMatch(/p50 \| p50, latency from send \| p99 \| p99, latency from send/);
  });

  it('in the tables and on the cards of the page, and over time', async () => {
    const page = await htmlReport([halved()]);
    const text = withoutTags(page);
    const phases = withoutTags(chapterOf(page, 'phases'));
    expect(phases).toMatch(/43\.4 ms \S+\sms; from send 21\.7\sms/);
    expect(text).toMatch(/p99, ok calls 43\.4 ms p99, all calls 51\.1 ms p99, latency from send 21\.7 ms/);
    expect(text).toMatch(/p50, ok p50, ok, latency from send Maximum, ok Maximum, ok, latency from send/);
    // In the fixture's windows latency from send is half the response time.
    expect(withoutTags(chapterOf(page, 'timeline'))).toMatch(/ 1[67]\.\d ms 8\.\d\d ms /);
  });
});
