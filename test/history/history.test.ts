/** Histories: which runs stand in one line, and what is said of a level that changed. */
import { describe, expect, it } from 'vitest';
import { historyOf, type History, type HistorySeries } from '../../src/history/index.js';
import { runOf, runsOf, SLOWER_FROM_10 } from './runs.js';

const seriesOf = ({ series }: History, metric: string, stat: string): readonly HistorySeries[] =>
  series.filter((each) => each.metric === metric && each.stat === stat);

describe('the history of a scenario', () => {
  const history = historyOf('nightly', SLOWER_FROM_10);

  it('finds the first run of a level that is 30 % higher, and what else changed there', () => {
    const [p99, ...others] = seriesOf(history, 'response-time', 'p99');
    expect(others).toEqual([]);
    expect(p99?.where).toBe('steady, all calls');
    expect(p99?.points).toHaveLength(20);
    expect(p99?.changes).toMatchObject([
      {
        ...{ run: 10, lastBefore: 9, pointsBefore: 10, pointsAfter: 10, isWorse: true },
        ...{ change: expect.closeTo(0.3, 1) as number, alsoChanged: ['identity.gitCommit'] },
      },
    ]);
    expect(p99?.changes[0]?.p).toBeLessThanOrEqual(0.01);
  });

  it('finds none in numbers that stayed as they were', () => {
    const goodput = seriesOf(history, 'goodput', 'rate');
    expect(goodput.map(({ points }) => points.length)).toEqual([20]);
    expect(goodput.flatMap(({ changes }) => changes)).toEqual([]);
  });

  it('calls a lower level of what is better when it is lower no worse', () => {
    const faster = historyOf(
      'nightly',
      runsOf(20, (day) => ({ factor: day < 10 ? 1 : 0.7 })),
    );
    const changes = faster.series.flatMap((each) => each.changes);
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.filter(({ isWorse }) => isWorse)).toEqual([]);
    expect(changes.every(({ alsoChanged }) => alsoChanged.length === 0)).toBe(true);
  });

  it('keeps machines, scenario texts and arms apart, so that none is a change of another', () => {
    const apart = (of: (odd: boolean) => Parameters<typeof runOf>[1]): History =>
      historyOf(
        'nightly',
        runsOf(24, (day) => ({ factor: day % 2 === 0 ? 1 : 2, ...of(day % 2 === 1) })),
      );
    for (const both of [
      apart((odd) => ({ cpuModel: odd ? 'Slow CPU' : 'Fast CPU' })),
      apart((odd) => ({ scenarioDigest: odd ? 'd'.repeat(64) : 'e'.repeat(64) })),
      apart((odd) => ({ arm: odd ? 'candidate' : 'released' })),
    ]) {
      expect(both.lines.map(({ runs }) => runs.length)).toEqual([12, 12]);
      expect(both.series.flatMap(({ changes }) => changes)).toEqual([]);
      expect(both.runs.map(({ line }) => line)).toEqual(both.runs.map((_, day) => (day % 2 === 1 ? 0 : 1)));
    }
  });

  it('keeps a new version of the target in its line, and says that it is one', () => {
    const { lines, runs } = historyOf(
      'nightly',
      runsOf(3, (day) => ({ serverName: day < 2 ? 'tools' : 'tools 2' })),
    );
    expect(lines).toHaveLength(1);
    expect(runs.map(({ changed }) => changed)).toEqual([[], [], ['target.serverName']]);
    expect(runs.map(({ target }) => target)).toEqual(['tools 1', 'tools 1', 'tools 2 1']);
  });

  it('leaves out runs that measured nothing reliable, each with its reason', () => {
    const { runs, leftOut } = historyOf(
      'nightly',
      [
        runOf(0),
        runOf(1, { verdict: 'invalid' }),
        runOf(2, { status: 'interrupted' }),
        runOf(3, { withoutEnvelope: true }),
        runOf(4, { verdict: 'doubtful' }),
      ],
      null,
      [{ folder: 'old', why: 'it is of another version' }],
    );
    expect(runs.map(({ runId, validity }) => [runId, validity])).toEqual([
      ['run-0', 'valid'],
      ['run-4', 'doubtful'],
    ]);
    expect(leftOut).toEqual([
      { folder: 'old', why: 'it is of another version' },
      { folder: 'reports/runs/day-1', why: expect.stringMatching(/^it is invalid/) as string },
      { folder: 'reports/runs/day-2', why: 'it is interrupted' },
      { folder: 'reports/runs/day-3', why: 'its machine is not known' },
    ]);
  });

  it('has the numbers that are asked for, and no others', () => {
    const only = historyOf(
      'nightly',
      SLOWER_FROM_10,
      ({ metric, stat, tool }) => [metric, stat, tool].join() === 'response-time,p50,',
    );
    expect(new Set(only.series.map(({ metric, stat }) => `${metric} ${stat}`))).toEqual(new Set(['response-time p50']));
  });

  it('is the same whatever the order in which the runs are found', () => {
    expect(historyOf('nightly', [...SLOWER_FROM_10].reverse())).toEqual(history);
  });

  it('is empty without runs', () => {
    expect(historyOf('nightly', [])).toMatchObject({ runs: [], lines: [], series: [], leftOut: [] });
  });
});
