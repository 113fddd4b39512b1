/** The page and the terminal table of a history: what stands on them, and that nothing from outside can act. */
import { describe, expect, it } from 'vitest';
import { historyOf, type History } from '../../src/history/index.js';
import { historyPage, historyTerminal } from '../../src/report/index.js';
import { displayWidth } from '../../src/report/text.js';
import { runsOf, SLOWER_FROM_10 } from '../history/runs.js';
import { fixtureSummary } from './fixture.js';

const linkOf = (folder: string): string => `./${folder}/report.html`;
const pageOf = (history: History): string => historyPage(history, linkOf).replaceAll('\u00a0', ' ');
const slower = historyOf('nightly', SLOWER_FROM_10);
const terminalOf = (history: History, width = 120): string => historyTerminal(history, { color: false, width });
/** The part of a page from one text to another. */
const between = (page: string, from: string, to: string): string =>
  page.slice(page.indexOf(from), page.indexOf(to, page.indexOf(from)));

describe('the page of a history', () => {
  const page = pageOf(slower);

  it('begins with what became worse, where, and what else changed there', () => {
    const first = between(page, '<section id="summary"', '</section>');
    expect(first).toMatch(/\d+ changes, \d+ for the worse/);
    expect(first).toMatch(/response-time p99, steady, all calls rose from [\d.]+ ms to [\d.]+ ms \(\+\d+(?:\.\d)? %\)/);
    expect(first).toContain('at 2026-10-11 10:00, run run-10, commit bbbbbbb');
    expect(first).toContain('Also changed there: identity.gitCommit');
  });

  it('draws a dot for each run, both levels, and the change between them', () => {
    const picture = between(page, 'aria-label="response-time p99, steady, all calls, of each run', '</svg>');
    expect(picture.match(/<circle class="candidate"/g)).toHaveLength(20);
    expect(picture.match(/class="level"/g)).toHaveLength(2);
    expect(picture.match(/class="change" x1/g)).toHaveLength(1);
    // The commit is named where it changes, not at each run.
    expect(picture.match(/>aaaaaaa</g)).toHaveLength(1);
    expect(picture.match(/>bbbbbbb</g)).toHaveLength(1);
    expect(picture).toContain('>2026-10-01<');
  });

  it('opens the chapters in which a level changed, and folds the others', () => {
    expect(between(page, 'aria-labelledby="latency-title"', '</h2>')).toContain('<details open>');
    expect(between(page, 'aria-labelledby="throughput-title"', '</h2>')).toContain('<details>');
  });

  it('links each run to its report', () => {
    for (const { folder } of slower.runs) expect(page).toContain(`href="${linkOf(folder)}"`);
    expect(historyPage(slower, () => null)).not.toContain('report.html');
  });

  it('says how changes are found, and that few runs show none', () => {
    expect(page).toContain('circular binary segmentation');
    const few = pageOf(historyOf('nightly', runsOf(3)));
    expect(few).toContain('Too few runs to find a change');
    expect(few).toContain('too few to find one (12 are needed)');
  });

  it('names lines by what differs between them', () => {
    const two = pageOf(
      historyOf(
        'nightly',
        runsOf(6, (day) => ({ cpuModel: day % 2 === 0 ? 'CPU A' : 'CPU B' })),
      ),
    );
    const lines = between(two, '<ul class="lines">', '</ul>');
    expect(lines).toContain('CPU A, 8 threads');
    expect(lines).toContain('CPU B, 8 threads');
    expect(lines).not.toContain('scenario');
  });

  it('runs and loads nothing, whatever scenarios, folders, arms, servers and commits are called', () => {
    const text = '"></svg></style><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\u001b[31m';
    const hostile = historyOf(
      text,
      runsOf(14, (day) => ({
        ...{ name: text, arm: text, serverName: text, cpuModel: text, scenarioDigest: text, commit: text },
        folder: `${text}${day}`,
        factor: day < 7 ? 1 : 2,
      })),
      null,
      [{ folder: text, why: text }],
    );
    expect(hostile.series.flatMap(({ changes }) => changes).length).toBeGreaterThan(0);
    const made = historyPage(hostile, () => './x/report.html');
    expect(made).not.toMatch(/<script|<img|onerror=[^&]*>/);
    expect(made.match(/<\/style>/g)).toHaveLength(1);
    expect(made.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(terminalOf(hostile).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is the same when it is made again, from its JSON too, and stays small', () => {
    expect(pageOf(JSON.parse(JSON.stringify(slower)) as History)).toBe(page);
    const long = historyOf('nightly', runsOf(200));
    expect(Buffer.byteLength(pageOf(long))).toBeLessThan(1_000_000);
  });
});

describe('a history on a terminal', () => {
  it('says what changed before the table, and has a bar for each of the newest runs', () => {
    const text = terminalOf(slower);
    expect(text).toMatch(/^nightly {2}20 runs\n\d+ changes/);
    expect(text).toMatch(/▲ response-time p99, steady, all calls rose from/);
    expect(text).toMatch(
      /▲ response-time p99, steady, all calls +20 +[\d.]+ ms +[\d.]+ ms +\+\d+(?:\.\d)? % +[▁▂▃▄▅▆▇█]{20}/,
    );
  });

  it('names the first runs that are left out, with the reason, and how many more there are', () => {
    const unread = Array.from({ length: 5 }, (_, n) => ({ folder: `runs/r${n}`, why: 'it is incomplete' }));
    const text = terminalOf(historyOf('nightly', [], null, unread));
    expect(text).toMatch(/^nightly {2}0 runs, 5 left out\n/);
    expect(text.match(/left out: runs\/r\d: it is incomplete/g)).toHaveLength(3);
    expect(text).toContain('and 2 more runs left out');
  });

  it('is never wider than the terminal', () => {
    for (const width of [40, 80, 120])
      for (const line of terminalOf(slower, width).split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });
});

describe('a recovery that was not observed', () => {
  it('is written as the time within which it did not come, in the table, the sentence and the picture', () => {
    const [recovery] = fixtureSummary().recoveries;
    if (recovery === undefined) throw new Error('The fixture has a recovery.');
    const runs = runsOf(3).map((run, day) => {
      const timeToRecover =
        day < 2 ? ({ kind: 'value', ns: 1.5e9 } as const) : ({ kind: 'censored', ns: 28e9 } as const);
      return { ...run, summary: { ...run.summary, recoveries: [{ ...recovery, timeToRecover }] } };
    });
    const history = historyOf('nightly', runs);
    expect(terminalOf(history, 200)).toMatch(/time-to-recover max.* 3 +1\.5 s +not within 28 s /);
    const page = pageOf(history);
    expect(page).toContain(', not within 28 s in the last run.');
    expect(page).toContain('<title>not within 28 s: 2026-10-03');
    expect(page).not.toContain('at least 28 s');
  });
});
