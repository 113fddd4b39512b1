/** What the first screen draws: response times by window, the age of abandoned calls, CPU and memory by process. */
import { describe, expect, it } from 'vitest';
import { abandonedAgesNs } from '../../src/analysis/figures/abandoned.js';
import { processCurves } from '../../src/analysis/figures/processes.js';
import type { ResourceRow } from '../../src/record/index.js';

const S = 1e9;

describe('the age of abandoned calls', () => {
  const calls = {
    length: 2,
    callId: Float64Array.of(7, 8),
    intendedNs: Float64Array.of(1 * S, 2 * S),
    doneNs: Float64Array.of(1.5 * S, 5 * S),
  };
  const windows = { fromNs: 0, windowNs: S, windows: 6 };

  it('grows from the intended start to the execution that no caller waits for', () => {
    const ages = abandonedAgesNs(calls, [{ callId: 7, tool: 'book', atNs: 4 * S }], windows);
    expect(ages?.map((ns) => ns / S)).toEqual([0, 1, 2, 3, 0, 0]);
  });

  it('is unknown where every execution came before its caller gave up, or none is recorded', () => {
    expect(abandonedAgesNs(calls, [{ callId: 8, tool: 'book', atNs: 4 * S }], windows)).toBeNull();
    expect(abandonedAgesNs(calls, [], windows)).toBeNull();
    expect(abandonedAgesNs(calls, [{ callId: null, tool: 'book', atNs: 4 * S }], windows)).toBeNull();
  });
});

describe('processes over the run', () => {
  const row = (second: number, pid: number, cpuUserS: number | null, rssBytes: number): ResourceRow => ({
    atNs: second * S,
    process: 'backend',
    pid,
    cpuUserS,
    cpuSystemS: cpuUserS === null ? null : 0,
    rssBytes,
    fileDescriptors: null,
    sockets: null,
    threads: null,
    sessions: null,
  });

  it('use what they used since the poll before, those of one name together', () => {
    const rows = [row(1, 1, 0, 10), row(1, 2, 0, 20), row(2, 1, 0.5, 11), row(2, 2, 0.25, 22)];
    expect(processCurves(rows, 0, 9 * S)).toEqual([
      {
        process: 'backend',
        points: [
          { atNs: 1 * S, cores: null, rssBytes: 30 },
          { atNs: 2 * S, cores: 0.75, rssBytes: 33 },
        ],
      },
    ]);
  });

  it('begin anew with a process that was restarted, and never use less than nothing', () => {
    const [curve] = processCurves([row(1, 1, 5, 10), row(2, 2, 0.1, 10), row(3, 2, 0.4, 10)], 0, 9 * S);
    expect(curve?.points.map(({ cores }) => cores)).toEqual([null, null, expect.closeTo(0.3, 9)]);
  });

  it('are left out where a system reports nothing of them', () => {
    const unknown = [row(1, 1, null, 1), row(2, 1, null, 1)].map((each) => ({ ...each, rssBytes: null }));
    expect(processCurves(unknown, 0, 9 * S)).toEqual([]);
  });

  it('are drawn by means of neighbouring polls where there are many', () => {
    const rows = Array.from({ length: 900 }, (_, second) => row(second, 1, second * 0.5, 100));
    const [curve] = processCurves(rows, 0, 900 * S);
    expect(curve?.points.length).toBe(300);
    expect(curve?.points.at(-1)).toEqual({ atNs: 899 * S, cores: 0.5, rssBytes: 100 });
  });
});
