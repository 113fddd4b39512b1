/** The aftermath as a reader meets it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { htmlReport, markdownSummary, terminalSummary } from '../../src/report/index.js';
import { hiddenCapacitySentence, metastabilityWords } from '../../src/report/after-fault.js';
import { recoveryChart } from '../../src/report/charts/recovery.js';
import { cameBack, hiddenCapacity, stayedDown } from './after-fault-fixture.js';
import { fixtureFigures, fixtureInput, fixtureSummary, S } from './fixture.js';

const withoutTags = (source: string): string => source.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

describe('the page', () => {
  let text = '';
  beforeAll(async () => {
    text = withoutTags(await htmlReport(fixtureInput()));
  });

  it('has a table a fault: goodput with its verdict, attempts per call, the rush, bunching, spared routes, the breaker', () => {
    expect(text).toContain('Before, during and after latency on upstream, in fault What Before During After Says');
    expect(text).toContain('recovered goodput was back 1.25 s after the clear');
    expect(text).toContain('metastable 12/s good after 4.75 s at 300/s, 300/s before');
    expect(text).toContain('Attempts per call 1 1 2.5 2.44 1.01 1.01');
    expect(text).toContain('304/s 912/s 3x of before New connections 0/s 48/s New sessions 0/s 16/s');
    expect(text).toContain('Bunching in 10 ms 0.04 6.2');
    expect(text).toContain('Blast radius: they lost 25 % of their goodput.');
    expect(text).toContain('There is none: every call passes what the fault is on.');
    expect(text).toContain('open from 1 s to 5.5 s, half-open from 5.5 s to 6 s after the onset');
    expect(text).toContain('not told: the upstream gives no stamps');
    expect(text).toMatch(/Routes around latency on upstream.*book no 300 of 300 225 of 300 25 %/);
  });

  it('tells the hidden capacity beside its prediction, and how far up and down lie apart', () => {
    expect(text).toContain(
      'it came back at 150/s and stayed down at 300/s, so the hidden capacity lies between. The load line over 1 + 2 retries is 200/s.',
    );
    expect(text).toContain('50/s to 150/s 50 ms 50/s 5 s × calls/s goodput 5,000 (calls/s)²');
  });

  it('says of a fluid prediction what it does not know', () => {
    expect(text).toContain('The fluid prediction of the drain does not know that calls were given up.');
    expect(text).toContain('would take 5 s, not knowing that the queue is bounded nor that calls were given up.');
  });
});

describe('what stays down by itself', () => {
  it('is called metastable wherever the recovery is told, with the evidence', () => {
    const sentence =
      'It is metastable: 12/s good of a baseline of 300/s, 4.75 s after the fault was lifted and still offered 300/s.';
    expect(markdownSummary(fixtureInput())).toContain(sentence);
    expect(terminalSummary(fixtureInput(), { color: false, width: 120 })).toMatch(/down on upstream: .*metastable/);
  });

  it('is told with the reason where it is not known', () => {
    expect(
      metastabilityWords({ ...stayedDown.metastability, verdict: 'censored', reason: 'draining' }, S),
    ).toMatchObject({
      words: 'not settled',
      because: 'what the fault held up may still have been draining; looked for 4.75 s',
    });
    expect(metastabilityWords({ ...cameBack.metastability, backAfterNs: 0 }, 0.5 * S).because).toBe(
      'goodput was back under 500 ms after the clear',
    );
  });
});

describe('a hidden capacity in words', () => {
  const one = hiddenCapacity.faults.slice(0, 1);
  it('says what is known and what is not', () => {
    expect(hiddenCapacitySentence({ ...hiddenCapacity, faults: one })).toBeNull();
    expect(hiddenCapacitySentence({ ...hiddenCapacity, reason: 'one-rate', predictedPerSecond: null })).toBe(
      'down on upstream: no hidden capacity is told, because fewer than two rates were judged.',
    );
    expect(hiddenCapacitySentence({ ...hiddenCapacity, failedPerSecond: null, predictedPerSecond: null })).toBe(
      'down on upstream: it came back at every rate tried, up to 150/s.',
    );
    expect(hiddenCapacitySentence({ ...hiddenCapacity, recoveredPerSecond: null, predictedPerSecond: null })).toBe(
      'down on upstream: it stayed down at every rate tried, from 300/s on.',
    );
    expect(
      hiddenCapacitySentence({
        ...hiddenCapacity,
        recoveredPerSecond: 300,
        failedPerSecond: 150,
        reason: 'contradictory',
        predictedPerSecond: null,
      }),
    ).toBe('down on upstream: it came back at 300/s and stayed down at 150/s, so no hidden capacity is told.');
  });
});

describe('the recovery curve', () => {
  it('has a pane of attempts per call where calls were tried again, and none where they were not', async () => {
    const summary = fixtureSummary();
    const [recovery] = summary.recoveries;
    const windows = fixtureFigures(summary).recoveries[0]?.windows ?? [];
    if (recovery === undefined) throw new Error('The fixture has a recovery.');
    expect((await recoveryChart(recovery, windows, 'recovery')).svg).toContain(
      '>Attempts per call offered in each window<',
    );
    const once = await recoveryChart(
      recovery,
      windows.map((window) => ({ ...window, attempts: window.offered })),
      'recovery',
    );
    expect(once.svg).not.toContain('Attempts per call');
    expect(once.key.map(({ words }) => words)).not.toContain('attempts per call');
  });
});
