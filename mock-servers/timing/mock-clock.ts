/** The mock's clock: nanoseconds since the mock's epoch inside, absolute decimal nanoseconds on the wire. */
import { clockFrom, monotonicNow, NS_PER_S, type NowNs } from '../../src/clock/index.js';
import { Alarm, timerWake, type Wake } from '../alarm/index.js';
import { GUEST, type MockHost } from '../process/host.js';

export interface MockClock {
  readonly now: NowNs;
  /** Wakes this process at a moment of this clock. */
  readonly wake: Wake;
  /** A moment of this clock as absolute CLOCK_MONOTONIC nanoseconds, decimal. Exact for whole nanoseconds. */
  readonly absolute: (ns: number) => string;
}

/** A clock whose epoch is now. */
export function mockClock({ alone }: Pick<MockHost, 'alone'> = GUEST): MockClock {
  const epoch = monotonicNow();
  const billion = BigInt(NS_PER_S);
  const epochSeconds = Number(epoch / billion);
  const epochRestNs = Number(epoch % billion);
  const now = clockFrom(epoch);
  return {
    now,
    wake: alone ? new Alarm(epoch) : timerWake(now),
    // Three of these are written per answer. Two doubles are twice as fast as a BigInt.
    absolute: (ns) => {
      const fromSecond = epochRestNs + ns;
      const seconds = Math.floor(fromSecond / NS_PER_S);
      const total = epochSeconds + seconds;
      if (total === 0) return String(fromSecond);
      return String(total) + String(fromSecond - seconds * NS_PER_S + NS_PER_S).slice(1);
    },
  };
}
