/** A run that goes on: its lines on a terminal, and the page that draws it. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { livePage, liveTerminal } from '../../src/report/index.js';
import { LIVE_SCRIPT } from '../../src/report/live/script.js';
import { displayWidth } from '../../src/report/text.js';
import { errorClassCode, outcomeCode } from '../../src/record/index.js';
import { MS, S } from '../analysis/fixtures/scenario.js';
import { Watched } from '../live/watched.js';

const failed = { outcome: outcomeCode('deadline'), errorClass: errorClassCode('none') };

/** Six seconds of 200 calls, in the last of which three of four get no answer: a fault is active. */
function disturbed(): Watched {
  const watched = new Watched();
  watched.phase(1, 0);
  watched.run.reads(() => ({ inFlight: 12, queued: 4 }));
  for (let second = 0; second < 5; second++)
    watched.spool((second + 1) * S, watched.calls(second, 200, (10 + second) * MS));
  watched.fault('on', 5 * S);
  watched.spool(6 * S, [...watched.calls(5, 50, 11.9 * MS), ...watched.calls(5, 150, 100 * MS, failed)]);
  watched.nowNs = 7.8 * S;
  return watched;
}

const linesOf = (watched: Watched, width = 120): readonly string[] =>
  liveTerminal(watched.run.view(), watched.nowNs, { color: false, width });

describe('a run that goes on, on a terminal', () => {
  it('shows rate, p50, p99, errors, what waits, and the time left', () => {
    const [first] = linesOf(disturbed());
    expect(first).toBe('  200/s  p50 > 250 ms  p99 > 250 ms  errors 75 %  in flight 12  queued 4  2.2 s left');
  });

  it('shows the fault that is active, since when and for how long', () => {
    const [, fault] = linesOf(disturbed());
    expect(fault).toMatch(/^▲ fault active {2}.+ {2}for 2\.8 s, 1\.2 s left$/);
    const lifted = disturbed();
    lifted.fault('off', 7 * S);
    expect(linesOf(lifted).join('\n')).not.toContain('fault');
  });

  it('draws a bar for each second of which a p99 is known', () => {
    const bars = linesOf(disturbed()).at(-1) ?? '';
    // 662 calls are there from the fourth second on.
    expect(bars).toMatch(/^ {2}p99, a bar a second {2} {3}[▁▂▃▄▅▆▇█]{3}$/);
    expect(bars.endsWith('█')).toBe(true);
  });

  it('says of what it does not know that it does not know it', () => {
    const fresh = new Watched();
    expect(linesOf(fresh)).toEqual(['  no second is over yet']);
    fresh.spool(S, fresh.calls(0, 3, MS));
    fresh.nowNs = 2.5 * S;
    expect(linesOf(fresh)).toEqual(['  3/s  p50 too few calls  p99 too few calls  errors 0 %']);
  });

  it('is never wider than the terminal', () => {
    for (const width of [40, 60, 120])
      for (const line of linesOf(disturbed(), width)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });
});

describe('the page of a run that goes on', () => {
  it('has one script, allowed by its digest, and asks only where it came from', () => {
    const digest = `sha256-${createHash('sha256').update(LIVE_SCRIPT.source).digest('base64')}`;
    expect(LIVE_SCRIPT.digest).toBe(digest);
    const page = livePage();
    expect(page).toContain(`script-src '${digest}'; connect-src 'self'; `);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/(?:src|href)="(?!#|data:,)/);
  });

  it('makes no markup from what it is sent', () => {
    expect(LIVE_SCRIPT.source).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function/);
  });
});
