import { beforeAll, describe, expect, it } from 'vitest';
import { htmlReport, type RunView } from '../../src/report/index.js';
import { TOPICS } from '../../src/report/topics/index.js';
import { NO_CONSEQUENCES } from './side-effects-fixture.js';
import { fixtureFigures, fixtureInput, fixtureSummary, PLAIN_NAMES } from './fixture.js';

/** What a reader sees: the page without its tags and its style sheet. */
function visibleText(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('the HTML report', () => {
  let page = '';
  let text = '';
  beforeAll(async () => {
    page = await htmlReport([fixtureInput()]);
    text = visibleText(page);
  });

  it('has its chapters in reading order', () => {
    const ids = Array.from(page.matchAll(/<section id="([a-z-]+)"/g), (match) => match[1]);
    expect(ids).toEqual(TOPICS.filter(({ applies }) => applies(fixtureInput())).map(({ id }) => id));
    expect([...ids.slice(0, 3), ids.at(-1)]).toEqual(['verdict', 'validity', 'summary', 'environment']);
    for (const id of ids) expect(page.includes(`href="#${id ?? ''}"`), `href="#${id ?? ''}"`).toBe(true);
  });

  it('runs nothing and fetches nothing', () => {
    expect(page.match(/<script|<iframe|<object|<link|<img|javascript:|@import|url\(|\son[a-z]+=/i)).toBeNull();
    expect(page.match(/(?:https?:)?\/\/[a-z]/i)).toBeNull();
    expect(
      page.includes(
        `content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"`,
      ),
      `content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"`,
    ).toBe(true);
  });

  it('never shows what is not a number or not a text', () => {
    expect(page.match(/NaN|Infinity|undefined|\[object Object\]|>null</)).toBeNull();
  });

  it('stays under a megabyte and a half', () => {
    expect(page.length).toBeLessThan(1_500_000);
  });

  it('shows each gate with its measured value, its bound and why', () => {
    for (const words of [
      '43.2 ms',
      '&lt;= 100 ms',
      'pass',
      'fail',
      'inconclusive',
      'cut: not recovered within 4.90&nbsp;s.',
      '37 executions too many.',
    ]) {
      expect(`${text} ${page.replaceAll('\u00a0', '&nbsp;')}`).toContain(words);
    }
  });

  it('gives every figure a finding and its numbers', () => {
    const figures = page
      .split('<figure>')
      .slice(1)
      .map((part) => part.split('</figure>')[0] ?? '');
    expect(figures.length).toBeGreaterThanOrEqual(9);
    for (const figure of figures) {
      expect(figure).toMatch(/<figcaption><h3>[^<]+<\/h3><p>[^<]{20,}<\/p><\/figcaption>/);
      expect(figure).toMatch(/<svg role="img" aria-label="[^"]{20,}"/);
    }
  });

  it('gives every table headers with a scope', () => {
    for (const header of page.matchAll(/<th(?![a-z])[^>]*>/g)) expect(header[0]).toContain('scope="');
  });

  it('says what a quantile is when it is not a number', () => {
    expect(text).toContain('too few samples (410 of 662 needed)');
    expect(text).toContain('&gt; 2.4 s');
  });

  it('shows a recovery that never came as a bound', () => {
    expect(text).toContain('&gt; 4.9 s');
    expect(text.includes('not recovered'), 'not recovered').toBe(true);
  });

  it('says where a phase has no data, and draws no empty chart', () => {
    expect(text).toContain('No data.');
    expect(page.match(/<h3>never reached \(open loop\)<\/h3>/)).toBeNull();
  });

  it('labels a closed loop as one', () => {
    expect(text.includes('steady (closed loop, 16 callers)'), 'steady (closed loop, 16 callers)').toBe(true);
    expect(
      text.includes('not the response times of independent arrivals'),
      'not the response times of independent arrivals',
    ).toBe(true);
  });

  it('compares the floor with the loopback reference', () => {
    const words = text.replaceAll('\u00a0', ' ');
    expect(words).toContain(
      'TCP echo 41 µs, empty HTTP answer 118 µs, the same client with a constant answer 203 µs. The target ' +
        'adds about 9.4 ms (97.9 %).',
    );
  });

  it('names unknown facts with their reason', () => {
    expect(text).toContain('unknown: no cpufreq on this machine');
  });

  it('greys what follows an invalid run and says so before it', async () => {
    const invalid = await htmlReport([
      fixtureInput(PLAIN_NAMES, {
        validity: {
          verdict: 'invalid',
          reasons: [
            {
              code: 'schedule-lag',
              severity: 'invalid',
              phase: 'overload',
              what: 'Schedule lag p99 was 14.2 ms.',
              remedy: 'Lower the rate.',
            },
          ],
        },
      }),
    ]);
    expect(invalid.indexOf('This run is invalid.')).toBeGreaterThan(0);
    expect(invalid.indexOf('This run is invalid.')).toBeLessThan(invalid.indexOf('<section id="summary"'));
    expect(invalid.includes('class="distrusted"'), 'class="distrusted"').toBe(true);
    expect(page.includes('class="distrusted"'), 'class="distrusted"').toBe(false);
  });

  it('is written for a run that recorded nothing at all', async () => {
    const empty = fixtureSummary(PLAIN_NAMES, {
      phases: [],
      recoveries: [],
      afterFault: { hiddenCapacities: [], hysteresis: [] },
      effects: null,
      sideEffects: NO_CONSEQUENCES,
      floor: null,
      samples: { attempts: 0, logicalCalls: 0, unaccounted: 0 },
      generator: {
        loopDelayMaxNs: null,
        gcShare: null,
        selfCapacityPerSecond: null,
        selfCapacityUnknown: null,
        highestRatePerSecond: null,
      },
      spinLostShare: null,
    });
    const quantiles = { p50Ns: [], p99Ns: [], p999Ns: [], maxNs: [] };
    const input: RunView = {
      ...fixtureInput(),
      gates: { verdict: 'pass', results: [] },
      envelope: null,
      files: [],
      analysis: {
        summary: empty,
        figures: {
          ...fixtureFigures(empty),
          timeline: {
            windowNs: 1e9,
            fromNs: [],
            offeredPerSecond: [],
            goodputPerSecond: [],
            latePerSecond: [],
            shedPerSecond: [],
            failedPerSecond: [],
            responseOk: quantiles,
            responseAll: quantiles,
            fromSendOk: quantiles,
            queueAgeMaxNs: [],
            upstreamCalls: [],
            inFlightMean: [],
          },
          heatmap: { timeBinNs: 1e9, latencyEdgesNs: [], cells: [] },
        },
      },
    };
    const nothing = await htmlReport([input]);
    expect(nothing.match(/NaN|Infinity|undefined/)).toBeNull();
    expect(nothing.includes('<figure>'), '<figure>').toBe(false);
    expect(visibleText(nothing)).toContain('No gates');
  });

  it('is the same, byte for byte, when written again', async () => {
    expect((await htmlReport([fixtureInput()])) === page).toBe(true);
  });
});
