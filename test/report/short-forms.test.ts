import { describe, expect, it } from 'vitest';
import { markdownSummary, terminalSummary } from '../../src/report/index.js';
import { displayWidth } from '../../src/report/text.js';
import { fixtureInput, PLAIN_NAMES } from './fixture.js';

const ESC = String.fromCodePoint(0x1b);

describe('the Markdown summary', () => {
  const markdown = markdownSummary([fixtureInput()]);

  it('opens with both verdicts', () => {
    expect(markdown).toContain('**✓ Run valid**, gates **✗ fail** (1 passed, 2 failed, 1 inconclusive).');
  });

  it('says of gates that were not judged that none of them passed', () => {
    const input = fixtureInput(PLAIN_NAMES, { validity: { verdict: 'invalid', reasons: [] } });
    const results = input.gates.results.map((each) => ({ ...each, verdict: 'invalid' as const }));
    const unjudged = { ...input, gates: { verdict: 'invalid' as const, results } };
    expect(markdownSummary([unjudged])).toContain('gates **! not judged** (0 passed, 4 not judged)');
  });

  it('has a row for every gate, phase, tool and fault', () => {
    expect(markdown).toContain(
      '| response-time p99 of steady &#60;= 100 ms (closed loop) | 43.2 ms | &#60;= 100 ms | ✓ pass |',
    );
    expect(markdown).toContain(
      '| floor | closed loop, one call in flight | 103/s | 103/s | 9.6 ms | 9.41 ms | too few samples (410 ' +
        'of 662 needed) |',
    );
    expect(markdown).toContain('| never reached | steady · open loop | none | – |');
    expect(markdown).toContain('| steady (closed loop) | book | 1,480 | 1,477 |');
    expect(markdown).toContain(
      '| down on upstream (cut) | fault | 250 ms | not within 4.9 s (not recovered when the observation ended) |',
    );
    expect(markdown).toContain('37 duplicates, 11 lost, 5 orphans of 4,700 calls that must have exactly one effect.');
  });

  it('says of an invalid run not to rely on its results', () => {
    expect(markdownSummary([fixtureInput(PLAIN_NAMES, { validity: { verdict: 'invalid', reasons: [] } })])).toContain(
      'do not rely on them',
    );
    expect(markdown).not.toContain('do not rely on them');
  });

  it('never shows what is not a number', () => {
    expect(markdown).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });
});

describe('the terminal summary', () => {
  const wide = terminalSummary([fixtureInput()], { color: false, width: 110 });

  it('shows verdict, generator checks, phases, recoveries, effects and gates', () => {
    const lines = wide.split('\n');
    expect(lines[1]).toBe('✓ run valid  ✗ gates fail (1 passed, 2 failed, 1 inconclusive)');
    expect(lines[2]).toContain("schedule lag p99 162 µs (overload) · event loop delay 3.4 ms · Little's law 0.4 %");
    expect(lines[3]).toContain('samples 23,110 of 23,110');
    expect(wide).toMatch(/CPU used by other processes 0\.12 of 2 cores \?/);
    expect(wide).toMatch(/^steady +closed +925\/s +925\/s +0\.0405 % +16 ms +43\.4 ms +35\.6 ms +51\.1 ms +156 ms$/m);
    expect(wide).toMatch(/^floor .* too few /m);
    expect(wide).toMatch(/^never reached .*no calls/m);
    expect(wide).toContain('down on upstream: recovery not within 4.9 s (observation ended), time to detect 250 ms');
    expect(wide).toContain('37 duplicates, 11 lost, 5 orphans');
    expect(wide).toMatch(/^✗ fail +time-to-recover <= 3 s$/m);
  });

  it('calls a recovery that could not be seen by its reason, in every form, and never "> 0 ms"', () => {
    const note = 'the service came back 8.9 s after the phase ended; recovery was not observed; lengthen the phase';
    const { recoveries } = fixtureInput().analysis.summary;
    const unseen = recoveries.map((recovery): (typeof recoveries)[number] => ({
      ...recovery,
      timeToRecover: { kind: 'not-observed' },
      drain: { ns: null, observedNs: 0, fluidNs: null, fluidIgnores: [], emptyWhen: 'none-waiting' },
      note,
    }));
    const run = fixtureInput(PLAIN_NAMES, { recoveries: unseen });
    const shown = terminalSummary([run], { color: false, width: 200 });
    expect(shown).toContain(`; ${note}`);
    const markdown = markdownSummary([run]);
    expect(markdown).toContain('| not observed (the observation ended too early) |');
    for (const text of [shown, markdown]) expect(text).not.toMatch(/(?:>|&#62;|in|within) 0 ms/);
  });

  it('has no escape sequence without colour, and the same words with it', () => {
    const coloured = terminalSummary([fixtureInput()], { color: true, width: 110 });
    expect(wide).not.toContain(ESC);
    expect(coloured).toContain(ESC);
    expect(
      coloured
        .replace(new RegExp(`${ESC}\\[\\d+m`, 'g'), '')
        .split('\n')
        .map((line) => line.trimEnd()),
    ).toEqual(wide.split('\n'));
  });

  it('keeps goodput, p99 and misses of every phase at any width, and is never wider', () => {
    for (let width = 40; width <= 140; width += 5) {
      const text = terminalSummary([fixtureInput()], { color: false, width });
      for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(text).toMatch(/925\/s +0\.0405 % .*43\.4 ms/);
    }
  });

  it('says of an invalid run that its gates were not judged, once, and gives none of them a mark or a value', () => {
    const input = fixtureInput(PLAIN_NAMES, { validity: { verdict: 'invalid', reasons: [] } });
    const why = 'the run is invalid: the schedule was not kept';
    const results = input.gates.results.map((each) => ({ ...each, verdict: 'invalid' as const, why }));
    const text = terminalSummary([{ ...input, gates: { verdict: 'invalid', results } }], { color: false, width: 110 });
    expect(text).toContain('The results below are shown to help find the reason; do not rely on them.');
    const gates = text.slice(text.indexOf('! No gate was judged')).trimEnd().split('\n');
    expect(gates[0]).toBe('! No gate was judged, because the run is invalid:');
    expect(gates.slice(1)).toEqual(results.map((each) => `    ${each.text}`));
    expect(wide).not.toMatch(/No gate was judged|do not rely/);
  });

  it('takes a terminal of no columns for a narrow one', () => {
    for (const line of terminalSummary([fixtureInput()], { color: false, width: 0 }).split('\n'))
      expect(displayWidth(line)).toBeLessThanOrEqual(40);
  });
});
