import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkingTime } from '../../mock-servers/tools/faults/index.js';

const unchanges = (): void => undefined;

describe('working time', () => {
  it('is time while there is no stall', () => {
    const time = new WorkingTime(unchanges);
    expect([time.plain, time.at(7), time.startAt(7), time.finishAt(7)]).toEqual([true, 7, 7, 7]);
  });

  it('stands still during a stall: what ends at its edge ends before it, what begins there begins after it', () => {
    const time = new WorkingTime(unchanges);
    time.begin({}, 0, 10, 25);
    expect([9, 10, 17, 25, 30].map((ns) => time.at(ns))).toEqual([9, 10, 10, 10, 15]);
    expect([9, 10, 11].map((working) => time.finishAt(working))).toEqual([9, 10, 26]);
    expect([9, 10, 11].map((working) => time.startAt(working))).toEqual([9, 25, 26]);
  });

  it('counts stalls that overlap once, and ends with the last of them', () => {
    const time = new WorkingTime(unchanges);
    time.begin({}, 0, 10, 30);
    time.begin({}, 0, 20, 50);
    expect([time.at(60), time.startAt(10), time.finishAt(11)]).toEqual([20, 50, 51]);
  });

  it('has no end in sight in a stall that is open, and goes on when that is ended', () => {
    const changes: number[] = [];
    const time = new WorkingTime((nowNs) => changes.push(nowNs));
    const owner = {};
    time.begin(owner, 100, 100, Infinity);
    expect([time.startAt(100), time.finishAt(101)]).toEqual([Infinity, Infinity]);
    time.end({}, 120);
    time.end(owner, 140);
    time.end(owner, 150);
    expect([time.at(160), time.startAt(100), time.finishAt(130)]).toEqual([120, 140, 170]);
    expect(changes).toEqual([100, 140]);
    expect(time.plain).toBe(false);
  });

  it('equals counting the ticks at which no stall is in force, whenever stalls are begun and ended', () => {
    const step = fc.record({
      gapNs: fc.integer({ min: 0, max: 20 }),
      act: fc.oneof(
        fc.record({
          kind: fc.constant('begin' as const),
          delayNs: fc.integer({ min: 0, max: 15 }),
          lastsNs: fc.integer({ min: 0, max: 25 }),
        }),
        fc.record({ kind: fc.constant('end' as const), which: fc.nat(9) }),
      ),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const time = new WorkingTime(unchanges);
        const stalls: { owner: object; fromNs: number; untilNs: number }[] = [];
        let nowNs = 0;
        for (const { gapNs, act } of steps) {
          nowNs += gapNs;
          if (act.kind === 'begin') {
            const stall = { owner: {}, fromNs: nowNs + act.delayNs, untilNs: nowNs + act.delayNs + act.lastsNs };
            stalls.push(stall);
            time.begin(stall.owner, nowNs, stall.fromNs, stall.untilNs);
          } else {
            const ended = stalls[act.which];
            if (ended === undefined) continue;
            time.end(ended.owner, nowNs);
            ended.untilNs = Math.min(ended.untilNs, nowNs);
          }
        }
        const stalled = (tick: number): boolean =>
          stalls.some(({ fromNs, untilNs }) => fromNs <= tick && tick < untilNs);
        let worked = 0;
        for (let tick = 0; tick < nowNs + 60; tick++) {
          if (tick >= nowNs) {
            expect(time.at(tick)).toBe(worked);
            if (!stalled(tick)) {
              expect(time.startAt(worked)).toBe(tick);
              expect(time.finishAt(worked + 1)).toBe(tick + 1);
            }
          }
          if (!stalled(tick)) worked += 1;
        }
      }),
    );
  });
});
