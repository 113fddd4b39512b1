/** What `ps` of macOS prints, replayed. */
import { describe, expect, it } from 'vitest';
import { psRows, psSeconds } from '../../src/platform/ps.js';

describe('ps of macOS', () => {
  it('tells group, state, memory and CPU time of each process', () => {
    const printed = `  501   501 S      1152   0:00.01   0:00.03
86397 86390 R+   145296   1:02.50   1:04.75
 7001  7001 T         0   0:00.00   0:00.00
 7002  7002 Z         0   0:00.00   0:00.00
`;
    expect(psRows(printed)).toEqual([
      { pid: 501, group: 501, state: 'S', rssBytes: 1152 * 1024, cpuUserS: 0.01, cpuSystemS: 0.02 },
      { pid: 86_397, group: 86_390, state: 'R+', rssBytes: 145_296 * 1024, cpuUserS: 62.5, cpuSystemS: 2.25 },
      { pid: 7_001, group: 7_001, state: 'T', rssBytes: 0, cpuUserS: 0, cpuSystemS: 0 },
      { pid: 7_002, group: 7_002, state: 'Z', rssBytes: 0, cpuUserS: 0, cpuSystemS: 0 },
    ]);
  });

  it('is not guessed at when it prints something else', () => {
    expect(psRows('ps: illegal option -- o\nusage: ps [-AaCcEefhjlMmrSTvwXx]\n')).toEqual([]);
    expect(psRows('')).toEqual([]);
  });

  it.each([
    ['0:01.23', 1.23],
    ['0:01,23', 1.23],
    ['123:04.50', 123 * 60 + 4.5],
    ['2:03:04', 7_384],
    ['1-02:03:04', 93_784],
    ['-', null],
    ['12', null],
  ])('writes %s for its number of seconds', (text, seconds) => expect(psSeconds(text)).toBe(seconds));
});
