/** What is known of a run while it goes on: seconds with known answers. */
import { describe, expect, it } from 'vitest';
import { errorClassCode, outcomeCode, SAMPLE_FLAGS } from '../../src/record/index.js';
import { MS, S } from '../analysis/fixtures/scenario.js';
import { DEADLINE_NS, Watched } from './watched.js';

const failed = { outcome: outcomeCode('deadline'), errorClass: errorClassCode('none') };

describe('the seconds of a run that goes on', () => {
  it('hold the calls that ended in them, once every load thread has handed them over', () => {
    const watched = new Watched();
    watched.phase(1, 0);
    watched.spool(1.1 * S, watched.calls(0, 100, 10 * MS));
    expect(watched.run.view().seconds).toEqual([]);
    watched.spool(2.4 * S, [...watched.calls(0, 20, 300 * MS), ...watched.calls(1, 50, 20 * MS)]);
    expect(watched.run.view().seconds).toEqual([]);
    watched.nowNs = 2.5 * S;
    expect(watched.run.view().seconds).toMatchObject([
      { fromNs: 0, phase: 1, good: 100, late: 20, failed: {}, p50: { ns: 10 * MS, isLowerBound: false } },
    ]);
    watched.nowNs = 3.5 * S;
    expect(watched.run.view().seconds[1]).toMatchObject({ fromNs: S, good: 50, late: 0, p50: { ns: 20 * MS } });
  });

  it('count a call that failed as at least its deadline, and say that a quantile is such a bound', () => {
    const watched = new Watched();
    watched.spool(S, [...watched.calls(0, 40, 10 * MS), ...watched.calls(0, 60, 100 * MS, failed)]);
    watched.nowNs = 2.5 * S;
    expect(watched.run.view().seconds).toMatchObject([
      { good: 40, failed: { deadline: 60 }, p50: { ns: DEADLINE_NS, isLowerBound: true } },
    ]);
  });

  it('have a p50 of 11 calls at least, and a p99 of the last 662', () => {
    const watched = new Watched();
    watched.spool(S, watched.calls(0, 10, MS));
    watched.spool(2 * S, watched.calls(1, 651, MS));
    watched.spool(3 * S, watched.calls(2, 1, MS));
    watched.nowNs = 5 * S;
    const { seconds } = watched.run.view();
    expect(seconds.map(({ p50 }) => p50 !== null)).toEqual([false, true, false]);
    expect(seconds.map(({ p99 }) => p99 !== null)).toEqual([false, false, true]);
  });

  it('have a p99 that is the 656th of 662 calls', () => {
    const watched = new Watched();
    const times = Array.from({ length: 662 }, (_, n) => (n + 1) * 10_000);
    watched.spool(
      S,
      times.flatMap((tookNs) => watched.calls(0, 1, tookNs)),
    );
    watched.nowNs = 2.5 * S;
    expect(watched.run.view().seconds[0]?.p99).toEqual({ ns: 656 * 10_000, isLowerBound: false });
  });

  it('count a retried call once, from the intended start of its first attempt', () => {
    const watched = new Watched();
    const [first] = watched.calls(0, 1, 10 * MS, { ...failed, flags: 0 });
    if (first === undefined) throw new Error('there is no call');
    const again = watched.calls(0, 1, 10 * MS, { callId: first.callId, attempt: 1, flags: SAMPLE_FLAGS.final });
    const retried = again.map((each) => ({ ...each, intendedNs: 0.7 * S, doneNs: 0.8 * S }));
    watched.spool(S, [{ ...first, intendedNs: 0.5 * S, doneNs: 0.6 * S }, ...retried]);
    watched.nowNs = 2.5 * S;
    expect(watched.run.view().seconds).toMatchObject([{ good: 0, late: 1, failed: {} }]);
  });

  it('count a retried call from its first attempt, however many calls before it were never seen to end', () => {
    const watched = new Watched();
    for (let second = 0; second < 3; second++)
      watched.spool((second + 0.9) * S, watched.calls(second, 18_000, 10 * MS, { ...failed, flags: 0 }));
    const [first] = watched.calls(3, 1, 10 * MS, { ...failed, flags: 0 });
    if (first === undefined) throw new Error('there is no call');
    const again = { ...first, attempt: 1, flags: SAMPLE_FLAGS.final, outcome: outcomeCode('ok') };
    watched.spool(3.95 * S, [
      { ...first, intendedNs: 3.5 * S, doneNs: 3.6 * S },
      { ...again, intendedNs: 3.7 * S, doneNs: 3.8 * S },
    ]);
    watched.nowNs = 5.5 * S;
    expect(watched.run.view().seconds[3]).toMatchObject({ good: 0, late: 1, failed: {} });
  });

  it('count what is handed over late in the first second that is not over', () => {
    const watched = new Watched();
    watched.nowNs = 3 * S;
    expect(watched.run.view().seconds).toHaveLength(1);
    watched.spool(3 * S, watched.calls(0, 5, MS));
    watched.nowNs = 3.5 * S;
    expect(watched.run.view().seconds.map(({ good }) => good)).toEqual([0, 5]);
  });

  it('leave chunks unread beyond 20 000 samples a second, and say so', () => {
    const watched = new Watched();
    for (let chunk = 0; chunk < 5; chunk++) watched.spool(0.9 * S, watched.calls(0, 9_000, MS));
    watched.nowNs = 2.5 * S;
    const { isPart, seconds } = watched.run.view();
    expect(isPart).toBe(true);
    expect(seconds[0]?.good).toBeGreaterThan(20_000);
    expect(seconds[0]?.good).toBeLessThan(45_000);
  });

  it('keep two hours, and number them through', () => {
    const watched = new Watched();
    watched.nowNs = 7_300 * S;
    const { seconds, firstSecond } = watched.run.view();
    expect(seconds).toHaveLength(7_200);
    expect(firstSecond).toBe(7_298 - 7_200);
    expect(seconds[0]?.fromNs).toBe(firstSecond * S);
  });

  it('hold what waits, as the generator counts it', () => {
    const watched = new Watched();
    watched.run.reads(() => ({ inFlight: 7, queued: 3 }));
    watched.nowNs = 2.5 * S;
    expect(watched.run.view().seconds).toMatchObject([{ inFlight: 7, queued: 3 }]);
  });
});

describe('phases and faults of a run that goes on', () => {
  it('begin when they do, and end when the plan says', () => {
    const watched = new Watched();
    expect(watched.run.view()).toMatchObject({ phases: [], endNs: null, phasesPlanned: 2 });
    watched.phase(0, 1 * S);
    expect(watched.run.view().endNs).toBe(13 * S);
    watched.phase(1, 4 * S);
    expect(watched.run.view()).toMatchObject({
      phases: [
        { name: 'idle', startNs: 1 * S, endNs: 3 * S },
        { name: 'steady', startNs: 4 * S, endNs: 14 * S },
      ],
      endNs: 14 * S,
    });
  });

  it('are active from the confirmed start to the confirmed end of a fault', () => {
    const watched = new Watched();
    watched.fault('on', 5 * S, 'refused');
    expect(watched.run.view().faults).toEqual([]);
    watched.fault('on', 7 * S);
    expect(watched.run.view().faults).toMatchObject([{ fromNs: 7 * S, toNs: null, plannedToNs: 11 * S }]);
    watched.fault('off', 11.1 * S);
    expect(watched.run.view().faults).toMatchObject([{ toNs: 11.1 * S }]);
  });

  it('are none of the run before, when a run is made again', () => {
    const watched = new Watched();
    watched.phase(0, S);
    watched.fault('on', 2 * S);
    watched.spool(3 * S, watched.calls(0, 5, MS));
    watched.nowNs = 0;
    watched.begin();
    expect(watched.run.view()).toMatchObject({ phases: [], faults: [], seconds: [], firstSecond: 0, begun: 2 });
  });
});
