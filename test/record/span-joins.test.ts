/** Spans and attempts: which belong together, and what times of a server come of it. */
import { describe, expect, it } from 'vitest';
import { joinSpans, type SpanRow } from '../../src/record/index.js';
import { columnsOf, type Attempt } from '../analysis/fixtures/record.js';

const MS = 1_000_000;

/** Spans on a clock of its own, which is hours behind that of the run. */
const HOURS = -7_200_000 * MS;

const span = (
  callId: number,
  spanId: string,
  [fromMs, toMs]: readonly [number, number],
  more: Partial<SpanRow> = {},
): SpanRow => ({
  ...{ callId, spanId, service: 's', name: 'POST /mcp', kind: 'server', parentId: null },
  startNs: HOURS + fromMs * MS,
  durationNs: (toMs - fromMs) * MS,
  ...more,
});

const call = (callId: number, fromMs: number, toMs: number, more: Partial<Attempt> = {}): Attempt => ({
  ...{ callId, intendedNs: fromMs * MS, doneNs: toMs * MS, ...more },
});

function joined(attempts: readonly Attempt[], rows: readonly SpanRow[], work: string | null = null) {
  const columns = columnsOf(attempts);
  const counts = joinSpans(columns, { rows, work, foreign: 0, unread: 0 });
  const times = attempts.map((_, row) =>
    [columns.receivedNs, columns.startedNs, columns.finishedNs].map((times) => (times[row] ?? NaN) / MS),
  );
  return { times, counts };
}

const NONE = [NaN, NaN, NaN];

describe('the times of a server out of its spans', () => {
  it('lie in the middle of the call, whatever its clock says', () => {
    const { times, counts } = joined([call(3, 100, 120)], [span(3, 'a', [0, 14])]);
    expect(times).toEqual([[103, 103, 117]]);
    expect(counts).toMatchObject({ calls: 1, answered: 1, joined: 1, withQueue: 0, longer: 0, uneven: 0 });
  });

  it('have a queue where a span is named that is the work', () => {
    const rows = [
      span(3, 'a', [0, 14]),
      span(3, 'b', [4, 13], { name: 'tools/call search', parentId: 'a', kind: 'internal' }),
    ];
    const { times, counts } = joined([call(3, 100, 120)], rows, 'tools/call');
    expect(times).toEqual([[103, 107, 116]]);
    expect(counts).toMatchObject({ joined: 1, withQueue: 1 });
    // Not named so: all of it is service.
    expect(joined([call(3, 100, 120)], rows, 'handle')).toMatchObject({
      times: [[103, 103, 117]],
      counts: { joined: 1, withQueue: 0 },
    });
  });

  it('count a framework and the server in it as one execution, however their clocks are cut off', () => {
    const rows = [span(3, 'a', [10, 10.5]), span(3, 'b', [11, 11.4], { name: 'tools/call x' })];
    expect(joined([call(3, 100, 110)], rows).times).toEqual([[104.3, 104.3, 105.7]]);
  });

  it('begin with a span whose parent was not reported, as behind a gateway without a tracer of ours', () => {
    const rows = [
      span(3, 'b', [2, 8], { parentId: 'of the gateway' }),
      span(3, 'c', [3, 5], { parentId: 'b', name: 'query' }),
    ];
    expect(joined([call(3, 0, 10)], rows).times).toEqual([[2, 2, 8]]);
  });

  it('never give a queue below zero, where a clock is cut off to milliseconds', () => {
    const rows = [span(3, 'a', [1, 5]), span(3, 'b', [0, 4.5], { name: 'work', parentId: 'a' })];
    expect(joined([call(3, 0, 10)], rows, 'work').times).toEqual([[3, 3, 7]]);
  });
});

describe('the attempts of a call', () => {
  const retried = [call(3, 0, 10, { final: false, outcome: 'shed' }), call(3, 50, 60, { attempt: 1 })];

  it('are joined in their order when each was executed', () => {
    const { times, counts } = joined(retried, [span(3, 'b', [50, 54]), span(3, 'a', [0, 2])]);
    expect(times).toEqual([
      [4, 4, 6],
      [53, 53, 57],
    ]);
    expect(counts).toMatchObject({ calls: 1, answered: 2, joined: 2 });
  });

  it('are not guessed at when one of them left no span', () => {
    const { times, counts } = joined(retried, [span(3, 'a', [0, 2])]);
    expect(times).toEqual([NONE, NONE]);
    expect(counts).toMatchObject({ joined: 0, uneven: 2 });
  });

  it('that had no answer have no times: when one was given up says nothing of when it was served', () => {
    const { times, counts } = joined(
      [call(3, 0, 10, { outcome: 'deadline', errorClass: 'deadline' })],
      [span(3, 'a', [0, 20])],
    );
    expect(times).toEqual([NONE]);
    expect(counts).toMatchObject({ calls: 1, answered: 0, joined: 0, longer: 0 });
  });

  it('may outlast the call behind the work, whose answer has been read by then', () => {
    const work = span(3, 'b', [2, 9], { name: 'tools/call search', parentId: 'a', kind: 'internal' });
    const { times, counts } = joined([call(3, 0, 10)], [span(3, 'a', [0, 14]), work], 'tools/call');
    expect(times).toEqual([[0, 2, 9]]);
    expect(counts).toMatchObject({ joined: 1, withQueue: 1, longer: 0 });
    // Without work to be known by, by less than a step of the clock.
    expect(joined([call(3, 0, 10)], [span(3, 'a', [0, 10.9])]).times).toEqual([[0, 0, 10]]);
  });

  it('that were shorter than their spans say are left alone, and counted', () => {
    const { times, counts } = joined([call(3, 0, 10)], [span(3, 'a', [0, 11])]);
    expect(times).toEqual([NONE]);
    expect(counts).toMatchObject({ joined: 0, longer: 1 });
  });

  it('that brought times of their own keep them', () => {
    const own = { receivedNs: 1 * MS, startedNs: 2 * MS, finishedNs: 3 * MS };
    const { times, counts } = joined([call(3, 0, 10, own), call(4, 0, 10)], [span(3, 'a', [0, 4])]);
    expect(times).toEqual([[1, 2, 3], NONE]);
    expect(counts).toMatchObject({ answered: 1, joined: 0 });
  });
});
