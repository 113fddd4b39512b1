/** What comes after a fault, in every form of the report. */
import { beforeAll, describe, expect, it } from 'vitest';
import { htmlReport, markdownSummary, terminalSummary } from '../../src/report/index.js';
import { hiddenCapacitySentence, metastabilityWords } from '../../src/report/topics/after-fault.js';
import { recoveryChart } from '../../src/report/topics/recovery-chart.js';
import { cameBack, hiddenCapacity, stayedDown } from './after-fault-fixture.js';
import { svgOf } from './drawn.js';
import { fixtureFigures, fixtureInput, fixtureSummary, S } from './fixture.js';

const withoutTags = (source: string): string => source.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

describe('the page', () => {
  let text = '';
  beforeAll(async () => {
    text = withoutTags(await htmlReport([fixtureInput()]));
  });

  it('has a table per fault: goodput and its verdict, retries, reconnects, bursts, routes, the breaker', () => {
    expect(text).toContain(
      'Before, during and after latency on upstream, in fault Quantity Before During After Finding',
    );
    expect(text).toContain('goodput recovered 1.25 s after the fault was removed');
    // Every window of the fault has 21/s.
    expect(text.match(/Goodput 300\/s 21\/s /g)).toHaveLength(2);
    expect(text).toContain(
      'metastable goodput 12/s of 300/s offered, 4.75 s after the fault was removed (baseline 300/s)',
    );
    expect(text).toContain('(attempts per call) 1x 1x expected 2.5x 2.44x expected 1.01x 1.01x expected');
    expect(text).toContain('304/s – 912/s 3x the rate before New connections 0/s – 48/s New sessions 0/s – 16/s');
    expect(text).toContain('Retry bursts (burstiness in 10 ms) 0.04 – 6.2');
    expect(text).toContain('Blast radius: they lost 25 % of their goodput.');
    expect(text).toContain('None: every call passes the place of the fault.');
    expect(text).toContain('open from 1 s to 5.5 s, half-open from 5.5 s to 6 s after the fault became active');
    expect(text).toContain('unknown: the upstream reports no timing');
    expect(text).toMatch(/Routes around latency on upstream.*book no 300 of 300 225 of 300 25 %/);
  });

  it('shows the hidden capacity beside its prediction, and the hysteresis of a ramp', () => {
    expect(text).toContain(
      'recovered at 150/s and not at 300/s; the hidden capacity lies between. Prediction, load line over 1 ' +
        '+ 2 retries: 200/s.',
    );
    expect(text).toContain('50/s to 150/s 50 ms 50/s 5 s × calls/s goodput 5,000 (calls/s)²');
  });

  it('says of a fluid model what it ignores', () => {
    expect(text).toContain('Fluid model of the drain (ignores timeouts).');
    expect(text).toContain(
      'fluid model: 5 s (ignores shedding and timeouts), at a capacity of 600/s (the highest rate seen).',
    );
  });
});

describe('what stays down by itself', () => {
  it('is called metastable wherever the recovery is described, with the evidence', () => {
    const sentence = 'Metastable: goodput 12/s of 300/s offered, 4.75 s after the fault was removed (baseline 300/s).';
    expect(markdownSummary([fixtureInput()])).toContain(sentence);
    expect(terminalSummary([fixtureInput()], { color: false, width: 120 })).toMatch(
      /down on upstream: [^✓✗]*metastable/,
    );
  });

  it('comes with the reason where it is unknown', () => {
    expect(
      metastabilityWords({ ...stayedDown.metastability, verdict: 'censored', reason: 'draining' }, S),
    ).toMatchObject({
      words: 'not settled',
      because: 'calls held up by the fault may still have been draining; observed for 4.75 s',
    });
    expect(metastabilityWords({ ...cameBack.metastability, recoveredAfterNs: 0 }, 0.5 * S).because).toBe(
      'under 500 ms after the fault was removed',
    );
  });
});

describe('a hidden capacity in words', () => {
  const one = hiddenCapacity.faults.slice(0, 1);
  it('says what is known and what is not', () => {
    expect(hiddenCapacitySentence({ ...hiddenCapacity, faults: one })).toBeNull();
    expect(hiddenCapacitySentence({ ...hiddenCapacity, reason: 'one-rate', predictedPerSecond: null })).toBe(
      'down on upstream: hidden capacity unknown (fewer than two rates were judged).',
    );
    expect(hiddenCapacitySentence({ ...hiddenCapacity, failedPerSecond: null, predictedPerSecond: null })).toBe(
      'down on upstream: recovered at every rate tried, up to 150/s.',
    );
    expect(hiddenCapacitySentence({ ...hiddenCapacity, recoveredPerSecond: null, predictedPerSecond: null })).toBe(
      'down on upstream: did not recover at any rate tried, from 300/s up.',
    );
    expect(
      hiddenCapacitySentence({
        ...hiddenCapacity,
        recoveredPerSecond: 300,
        failedPerSecond: 150,
        reason: 'contradictory',
        predictedPerSecond: null,
      }),
    ).toBe('down on upstream: hidden capacity unknown (recovered at 300/s but not at 150/s).');
  });
});

describe('the recovery curve', () => {
  it('has a pane of retries where there were any, and none where there were not', async () => {
    const summary = fixtureSummary();
    const [recovery] = summary.recoveries;
    const windows = fixtureFigures(summary).recoveries[0]?.windows ?? [];
    if (recovery === undefined) throw new Error('The fixture has a recovery.');
    expect(await svgOf(recoveryChart(recovery, windows))).toContain(
      '>Retry amplification (attempts per call offered in each window)<',
    );
    const once = recoveryChart(
      recovery,
      windows.map((window) => ({ ...window, attempts: window.offered })),
    );
    expect(await svgOf(once)).not.toContain('Retry amplification');
    expect(once.key.map(({ words }) => words)).not.toContain('attempts per call');
  });
});
