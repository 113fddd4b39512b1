import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { htmlReport, type RunView } from '../../src/report/index.js';
import { P99_QUERY } from '../../src/report/topics/environment.js';
import { TOPICS } from '../../src/report/topics/index.js';
import { NO_CONSEQUENCES } from './side-effects-fixture.js';
import { chapterOf, fixtureFigures, fixtureInput, fixtureSummary, PLAIN_NAMES } from './fixture.js';

/** What a reader sees: the page without its tags and its style sheet. */
function visibleText(page: string): string {
  return page
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

/** Our own script has words that a page of data must not have. */
const withoutScript = (page: string): string => page.replace(/<script>[\s\S]*?<\/script>/, '');

describe('the HTML report', () => {
  let page = '';
  let text = '';
  beforeAll(async () => {
    page = await htmlReport([fixtureInput()]);
    text = visibleText(page);
  });

  it('has its chapters in reading order, each behind one line of what it found', () => {
    const ids = Array.from(page.matchAll(/<div class="body" id="([a-z-]+)"/g), (match) => match[1]);
    const shown = TOPICS.filter(({ applies }) => applies(fixtureInput()));
    expect([...ids].sort()).toEqual(shown.map(({ id }) => id).sort());
    expect([ids[0], ids.at(-1)]).toEqual(['verdict', 'environment']);
    for (const id of ids) {
      expect(page.includes(`href="#${id ?? ''}"`), `href="#${id ?? ''}"`).toBe(true);
      expect(visibleText(chapterOf(page, id ?? '').split('</summary>')[0] ?? '').length, id).toBeGreaterThan(30);
    }
  });

  it('asks first whether the measurement is sound where that is in question', async () => {
    const at = (source: string, id: string): number => source.indexOf(`<div class="body" id="${id}"`);
    const doubtful = await htmlReport([fixtureInput(PLAIN_NAMES, { validity: { verdict: 'doubtful', reasons: [] } })]);
    expect(at(doubtful, 'validity')).toBeLessThan(at(doubtful, 'percentiles'));
    expect(at(page, 'validity')).toBeGreaterThan(at(page, 'percentiles'));
  });

  it('opens what failed and what is inconclusive, and folds the rest', () => {
    expect(chapterOf(page, 'verdict')).toContain('<details open>');
    expect(chapterOf(page, 'heatmap')).toContain('<details>');
  });

  it('runs its own script alone, and fetches nothing', () => {
    expect(page.match(/<iframe|<object|<link|<img|javascript:|@import|\son[a-z]+=/i)).toBeNull();
    const scripts = Array.from(page.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g));
    expect(scripts.map((match) => match[1])).toEqual([' type="application/json" class="clock-data"', '']);
    const digest = createHash('sha256')
      .update(scripts[1]?.[2] ?? '')
      .digest('base64');
    expect(page).toContain(
      `content="default-src 'none'; script-src 'sha256-${digest}'; style-src 'unsafe-inline'; img-src data:; ` +
        `base-uri 'none'; form-action 'none'"`,
    );
    // Nothing is fetched: addresses are links within the page and beside it, and names of namespaces.
    const addresses = Array.from(page.matchAll(/url\(([^)]*)\)/g), (match) => match[1]);
    for (const address of addresses) expect(address).toMatch(/^#[a-z-]+$/);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '').match(/(?:https?:)\/\/[a-z]/i)).toBeNull();
  });

  it('never shows what is not a number or not a text', () => {
    expect(withoutScript(page).match(/NaN|Infinity|undefined|\[object Object\]|>null</)).toBeNull();
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
      'cut: not within 4.9&nbsp;s (the observation ended first)',
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
      expect(figure).toMatch(/<svg(?: class="narrow")? role="img" aria-label="[^"]{20,}"/);
    }
  });

  it('gives every table headers with a scope', () => {
    for (const header of page.matchAll(/<th(?![a-z])[^>]*>/g)) expect(header[0]).toContain('scope="');
  });

  it('says what a quantile is when it is not a number', () => {
    expect(text).toContain('too few samples (410 of 662 needed)');
    expect(text).toContain('&gt; 2.4 s');
  });

  it('says of a recovery that never came within what time it did not', () => {
    expect(text).toContain('not within 4.9 s');
    expect(text).not.toContain('&gt; 4.9 s');
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

  it('gives the query of the documentation with the raw data, which is tested on a record', () => {
    const page = readFileSync(new URL('../../docs/run-record.md', import.meta.url), 'utf8');
    expect(P99_QUERY).toBe(/```sql\n(.*?)\n```/s.exec(page)?.[1]);
    expect(text).toContain('quantile_disc(done_ns - intended_ns, 0.99)');
  });

  it('names unknown facts with their reason', () => {
    expect(text).toContain('unknown: no cpufreq on this machine');
  });

  it('says of an invalid run that it is, before its results, and keeps their colours', async () => {
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
    expect(invalid.indexOf('This run is invalid.')).toBeLessThan(invalid.indexOf('class="numbers"'));
    expect(invalid).toContain('<span>Invalid</span>');
    expect(invalid).not.toContain('grayscale');
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
      otherProcesses: null,
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
          response: { windowNs: 1e9, fromNs: [], calls: [], p50Ns: [], p90Ns: [], p99Ns: [], knownShare: [] },
          abandonedAgesNs: null,
          processes: [],
          heatmap: { timeBinNs: 1e9, latencyEdgesNs: [], cells: [] },
        },
      },
    };
    const nothing = await htmlReport([input]);
    expect(withoutScript(nothing).match(/NaN|Infinity|undefined/)).toBeNull();
    expect(nothing.includes('<figure>'), '<figure>').toBe(false);
    expect(visibleText(nothing)).toContain('No gates');
  });

  it('is the same, byte for byte, when written again', async () => {
    expect((await htmlReport([fixtureInput()])) === page).toBe(true);
  });
});
