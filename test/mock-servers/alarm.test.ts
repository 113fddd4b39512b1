import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Alarm, timerWake, type Wake } from '../../mock-servers/alarm/index.js';
import { DueAnswers, type Due } from '../../mock-servers/timing/due-answers.js';
import { clockFrom, monotonicNow, NS_PER_MS } from '../../src/clock/index.js';
import { seededRandom } from '../../src/random/index.js';
import { until } from './client.js';

const epoch = monotonicNow();
const now = clockFrom(epoch);
const alarm = new Alarm(epoch);

beforeAll(async () => {
  const timersLeadNs = alarm.leadNs;
  alarm.at(now() + NS_PER_MS, () => undefined);
  // The lead changes when the thread is there.
  await until(() => alarm.leadNs !== timersLeadNs);
});

describe('an alarm', () => {
  it('rings for each moment once, not before it, and in their order, however they were asked for', async () => {
    const random = seededRandom(7, 'moments');
    const startNs = now();
    const moments = Array.from({ length: 200 }, () => startNs + random.next() * 60 * NS_PER_MS);
    const rung: { readonly atNs: number; readonly nowNs: number }[] = [];
    for (const atNs of moments) alarm.at(atNs, () => rung.push({ atNs, nowNs: now() }));
    await until(() => rung.length >= moments.length);
    await sleep(5);
    expect(rung.map(({ atNs }) => atNs).sort((a, b) => a - b)).toEqual([...moments].sort((a, b) => a - b));
    for (const { atNs, nowNs } of rung) expect(nowNs).toBeGreaterThanOrEqual(atNs);
  });

  it('lets a moment that was asked for later, and is nearer, come first', async () => {
    const order: string[] = [];
    alarm.at(now() + 40 * NS_PER_MS, () => order.push('far'));
    alarm.at(now() + 2 * NS_PER_MS, () => order.push('near'));
    await until(() => order.length === 2);
    expect(order).toEqual(['near', 'far']);
  });

  it('does not ring for what was taken back', async () => {
    const order: string[] = [];
    const takeBack = alarm.at(now() + 2 * NS_PER_MS, () => order.push('taken back'));
    alarm.at(now() + 20 * NS_PER_MS, () => order.push('kept'));
    takeBack();
    await until(() => order.length > 0);
    expect(order).toEqual(['kept']);
  });

  it('rings again after every ring: a thousand moments, each asked for when the one before has come', async () => {
    let rings = 0;
    const again = (): void => {
      if (++rings < 1_000) alarm.at(now() + 400_000, again);
    };
    again();
    await until(() => rings === 1_000);
    expect(rings).toBe(1_000);
  });

  it('lets answers wait with a part of the turns of the loop that whole-millisecond timers need', async () => {
    const turns = vi.spyOn(globalThis, 'setImmediate');
    /** One answer after another, each 1.9 ms away: 0.9 ms more than a timer can take off. */
    const turnsWith = async (wake: Wake): Promise<number> => {
      turns.mockClear();
      const lateNs: number[] = [];
      const answers = new DueAnswers<Due>({ now, wake }, ({ dueNs }, nowNs) => lateNs.push(nowNs - dueNs));
      for (let sequence = 0; sequence < 100; sequence++) {
        answers.add({ dueNs: now() + 1_900_000, sequence });
        await until(() => lateNs.length > sequence);
      }
      expect(Math.min(...lateNs)).toBeGreaterThanOrEqual(0);
      return turns.mock.calls.length;
    };
    const withTimers = await turnsWith(timerWake(now));
    const withAlarm = await turnsWith(alarm);
    turns.mockRestore();
    expect(withTimers).toBeGreaterThan(1_000);
    expect(withAlarm).toBeLessThan(0.6 * withTimers);
  });
});
