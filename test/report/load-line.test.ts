import { describe, expect, it } from 'vitest';
import type { CapacityProbe, CapacitySummary, PhaseSummary } from '../../src/analysis/index.js';
import type { SearchEnding } from '../../src/record/index.js';
import { htmlReport, markdownSummary, terminalSummary, type RunView } from '../../src/report/index.js';
import { displayWidth } from '../../src/report/text.js';
import { kneeSentence, loadLineSentence, loadLineValue } from '../../src/report/topics/load-line-words.js';
import { drainSentence } from '../../src/report/topics/queue.js';
import { chapterOf, fixtureInput, MS, S } from './fixture.js';

function probe(
  index: number,
  ratePerSecond: number,
  verdict: CapacityProbe['verdict'],
  slopeMs: number | null,
): CapacityProbe {
  const startNs = index * 6 * S;
  const good = verdict === 'passed' ? 1 : 0.5;
  return {
    probe: index,
    purpose: 'bracket',
    ratePerSecond,
    startNs,
    measuredFromNs: startNs + 0.8 * S,
    scheduledEndNs: startNs + 4 * S,
    drainedNs: startNs + 4.1 * S,
    verdict,
    why: [verdict === 'passed' ? 'it did not grow' : '<b>it grew</b> | `much`'],
    evidence: {
      offered: ratePerSecond * 3.2,
      good: ratePerSecond * 3.2 * good,
      offeredPerSecond: ratePerSecond,
      completedPerSecond: Math.min(160, ratePerSecond),
      goodputPerSecond: ratePerSecond * good,
      missRatio: 1 - good,
      responseP99Ns: null,
      queueAge: {
        source: 'upstream',
        maxNs: 3 * MS,
        slope:
          slopeMs === null
            ? null
            : { nsPerSecond: slopeMs * MS, low: (slopeMs - 0.2) * MS, high: (slopeMs + 0.2) * MS },
      },
      scheduleLagP99Ns: 0.05 * MS,
      generatorFailures: 0,
      unaccounted: 0,
      abandoned: 0,
    },
  };
}

const FOUND: CapacitySummary = {
  knee: { kind: 'found', ratePerSecond: 154.2, goodputPerSecond: 154.2, rates: 6 },
  phase: 'the <line>',
  ended: 'found',
  passedPerSecond: 154.2,
  failedPerSecond: 161,
  passedProbes: 2,
  failedProbes: 2,
  undecidedPerSecond: [157.3],
  fitted: { value: 159.2, low: 158.1, high: 160.4 },
  slopeLimitNsPerSecond: 10 * MS,
  probes: [
    probe(0, 100, 'passed', 0),
    probe(1, 200, 'failed', 200),
    probe(2, 154.2, 'passed', 0.1),
    probe(3, 161, 'undecided', 0.9),
    probe(4, 161, 'invalid', null),
    probe(5, 161, 'failed', 6.2),
  ],
  without: null,
  recovery: null,
  efficiency: null,
};

/** The usual report with a capacity phase before everything else. */
function withSearch(search: CapacitySummary): RunView {
  const input = fixtureInput();
  const { summary } = input.analysis;
  const empty = summary.phases.find(({ offered }) => offered === 0);
  if (empty === undefined) throw new Error('The fixture has an empty phase.');
  const phase: PhaseSummary = { ...empty, name: search.phase, regime: 'capacity', startNs: 0, drainedNs: 40 * S };
  return {
    ...input,
    analysis: { ...input.analysis, summary: { ...summary, phases: [phase, ...summary.phases], capacities: [search] } },
  };
}

describe('the first screen of a run with a capacity search', () => {
  const lineOf = async (run: RunView): Promise<string> => {
    const { summary } = run.analysis;
    const phases = summary.phases.map((each) => ({ ...each, stageSplit: null }));
    const page = await htmlReport([{ ...run, analysis: { ...run.analysis, summary: { ...summary, phases } } }]);
    return /No attempt ended without an answer[^<]*/.exec(page)?.[0] ?? '';
  };

  it('does not say of its attempts that each was answered', async () => {
    expect(await lineOf(withSearch(FOUND))).toMatch(/^No attempt .* answer, the search for the load line left out\.$/);
    expect(await lineOf(fixtureInput())).toBe('No attempt ended without an answer.');
  });

  it('calls a backlog undrained only where waiting is known from service', () => {
    const drain = fixtureInput().analysis.summary.phases.flatMap((each) => each.drain ?? [])[0];
    if (drain === undefined) throw new Error('The fixture has an overload.');
    const sentence = (emptyWhen: typeof drain.emptyWhen): string =>
      drainSentence({ ...drain, emptyWhen, drainNs: null, fluid: null });
    expect(sentence('none-waiting')).toContain('The backlog had not drained 10 s after the overload');
    expect(sentence('none-in-system')).toMatch(/^For 10 s after the overload a call was in progress at every moment/);
    expect(sentence('none-in-system')).not.toContain('drained');
    const back = (ns: number | null, phase: string | null): string =>
      drainSentence({
        ...drain,
        ...{ emptyWhen: 'none-in-system', drainNs: null, fluid: null, ageAsBefore: { ns, maxNs: 22 * MS, phase } },
      });
    expect(back(1.2 * S, 'half')).toContain(
      '. The age of the oldest unanswered call was back at 22 ms or less, its maximum in half, 1.2 s after the ' +
        'overload;',
    );
    expect(back(null, null)).toContain('was never back at 22 ms or less, its maximum before the overload;');
  });
});

describe('a capacity search in words', () => {
  const words = (ended: SearchEnding | null, passedPerSecond: number | null, failedPerSecond: number | null) => {
    const search = { ...FOUND, ended, passedPerSecond, failedPerSecond };
    return [loadLineValue(search), loadLineSentence(search)];
  };

  it('is an interval, and how it was found', () => {
    expect(words('found', 154.2, 161)).toEqual([
      '154/s',
      '154/s is sustained, 161/s is not: the load line lies between, within 4.4 %. Undecided: 157/s. ' +
        'Both ends were confirmed (6 probes).',
    ]);
  });

  it('says of a knee at a rate that is not sustained that the queue grew there', () => {
    const knee = { kind: 'found', ratePerSecond: 161, goodputPerSecond: 158, rates: 6 } as const;
    expect(kneeSentence({ ...FOUND, knee })).toBe(
      'Saturation (knee) at 161/s: up to there at least 90 % of each increase in offered load came back as ' +
        'goodput. That rate is not sustained: the queue already grew at 161/s.',
    );
    expect(kneeSentence(FOUND)).toBe(
      'Saturation (knee) at 154/s: up to there at least 90 % of each increase in offered load came back as goodput.',
    );
  });

  it('states the headroom and what each replica adds when some are lost, and when there is none', () => {
    const lost: CapacitySummary = {
      ...FOUND,
      passedPerSecond: 118,
      failedPerSecond: 121,
      without: 'backend-2',
      recovery: { operatingPerSecond: 100, lowPerSecond: 18, highPerSecond: 21, headroom: 18 / 118 },
    };
    expect(loadLineSentence(lost)).toMatch(
      /^Without backend-2\. 118\/s is sustained, .* operating rate of 100\/s: 18\/s to 21\/s \(headroom 15 %\)\.$/,
    );
    const over = {
      ...lost,
      passedPerSecond: 90,
      recovery: { operatingPerSecond: 100, lowPerSecond: -10, highPerSecond: -5, headroom: -0.11 },
    };
    expect(loadLineSentence(over)).toMatch(
      /No headroom at the operating rate of 100\/s: a backlog grows until the service is back\.$/,
    );
    const scaled = (efficiency: Partial<NonNullable<CapacitySummary['efficiency']>>): string =>
      loadLineSentence({
        ...{ ...lost, recovery: null },
        efficiency: { replicas: 2, left: 1, value: null, low: null, high: null, reason: null, ...efficiency },
      });
    expect(scaled({ value: 0.62, low: 0.58, high: 0.66 })).toMatch(
      / Scaling efficiency of 2 replicas: each sustains 62 % \(58 % to 66 %\) of what it does alone\.$/,
    );
    expect(scaled({ replicas: 6, left: 4, value: 1 })).toMatch(
      / Scaling efficiency of 6 replicas: each sustains 100 % of what it does as one of 4\.$/,
    );
    expect(scaled({ reason: 'not measurable here: 2 replicas and the load need 3 cores, there are 2' })).toMatch(
      / Scaling efficiency of 2 replicas: not measurable here: 2 replicas and the load need 3 cores, there are 2\.$/,
    );
  });

  it('is a bound where only one end was found', () => {
    expect(words('high-passed', 1000, null)).toEqual([
      '≥ 1,000/s',
      'The highest rate of the search, 1,000/s, is sustained: the load line is at least that (6 probes).',
    ]);
    expect(words('low-failed', null, 50)[0]).toBe('< 50/s');
    expect(words('low-failed', null, 50)[1]).toMatch(/^The lowest rate of the search is not sustained/);
  });

  it("is never the target's where the generator was the limit", () => {
    const [value, sentence] = words('generator', 100, null);
    expect(value).toBe('≥ 100/s');
    expect(sentence).toMatch(
      /^The search ended at the limit of the load generator, not of the target \(6 probes; 100\/s is sustained\)/,
    );
    expect(words('generator', null, null)[0]).toBeNull();
    expect(words(null, null, null)[1]).toBe(
      'The search was interrupted (6 probes): no rate was shown to be sustained, none was shown not ' +
        'to be. Undecided: 157/s.',
    );
  });
});

describe('the load line in a report', () => {
  it('has a section with both charts and a row for each probe', async () => {
    const page = await htmlReport([withSearch(FOUND)]);
    const section = chapterOf(page, 'load-line');
    expect(section.match(/<svg role="img"/g)).toHaveLength(2);
    expect(section.match(/<tr>/g)).toHaveLength(1 + FOUND.probes.length);
    expect(section).toContain('154/s is sustained');
    expect(section.replaceAll('\u00a0', ' ')).toContain(
      'Saturation (knee) at 154/s: up to there at least 90 % of each increase in offered load came back as goodput.',
    );
    expect(section).toContain('&lt;b&gt;it grew&lt;/b&gt;');
    expect(section).not.toMatch(/<b>it|NaN|Infinity|undefined|\[object/);
    expect(page).toContain('href="#load-line"');
    expect(await htmlReport([fixtureInput()])).not.toContain('id="load-line"');
  });

  it('can be drawn of a search without a probe, and of one whose probes have no trend', async () => {
    expect(
      await htmlReport([
        withSearch({ ...FOUND, ended: null, passedPerSecond: null, failedPerSecond: null, probes: [] }),
      ]),
    ).toContain('no probe was judged');
    const page = await htmlReport([
      withSearch({
        ...FOUND,
        ended: 'generator',
        passedPerSecond: null,
        failedPerSecond: null,
        probes: [probe(0, 100, 'invalid', null)],
      }),
    ]);
    expect(page).toContain('No probe was long enough for a trend.');
    expect(page).not.toMatch(/NaN|Infinity/);
  });

  it('has a table in the Markdown summary', () => {
    const markdown = markdownSummary([withSearch(FOUND)]);
    expect(markdown).toContain(
      '| 3 (bracket, 4 s) | 154/s | ✓ passed | 154/s (493) | 154/s (0 %) | +0.1 ms/s (−0.1 ms/s to +0.3 ms/s) |  |',
    );
    expect(markdown).toContain(
      '- **the &#60;line&#62;**: capacity · open loop; load line: the highest sustained arrival rate: ' +
        '154/s. 154/s is sustained',
    );
    expect(markdown.split('\n')).toContain(
      'Saturation (knee) at 154/s: up to there at least 90 % of each increase in offered load came back as goodput.',
    );
    // The mean of two probes at 161/s; the one that the generator spoilt counts for nothing.
    expect(markdown.split('\n')).toContain(
      'Goodput of offered: 100/s of 100/s, 154/s of 154/s, 80.5/s of 161/s, 100/s of 200/s.',
    );
    expect(markdown.split('\n').filter((line) => line.startsWith('| the &#60;line&#62; |'))).toEqual([]);
  });

  it('has its lines in the terminal, no wider than asked', () => {
    for (const width of [40, 80, 120]) {
      const text = terminalSummary([withSearch(FOUND)], { color: false, width });
      expect(text.replace(/\s+/g, ' ')).toContain('the <line>: 154/s. 154/s is sustained, 161/s is not');
      expect(text.replace(/\s+/g, ' ')).toContain(
        'came back as goodput. Goodput of offered: 100/s of 100/s, 154/s of 154/s, 80.5/s of 161/s, 100/s of 200/s.',
      );
      expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(width);
    }
  });

  it('shows no goodput where no probe was valid, and no missing knee of a short search in the terminal', () => {
    const spoilt = withSearch({
      ...FOUND,
      ended: 'generator',
      passedPerSecond: null,
      failedPerSecond: null,
      knee: { kind: 'none', reason: 'too-few-rates', rates: 0, neededRates: 6 },
      probes: [probe(0, 100, 'invalid', null)],
    });
    for (const text of [markdownSummary([spoilt]), terminalSummary([spoilt], { color: false, width: 100 })])
      expect(text).not.toContain('Goodput of offered');
    expect(markdownSummary([spoilt])).toContain('Saturation (knee) unknown: too few rates (0 of 6 needed).');
    expect(terminalSummary([spoilt], { color: false, width: 100 })).not.toContain('Saturation');
  });
});
