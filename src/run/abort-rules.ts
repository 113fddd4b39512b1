/**
 * When a run is hopeless, as the scenario's `abort-on` has it: from what happens it
 * follows when to end. No effects.
 */
import { count, duration, percent } from '../format/index.js';
import type { EarlyEnd } from '../record/index.js';
import type { AbortRules } from '../scenario/index.js';

/** Calls that must have ended within the window before their share of errors says anything. */
const LEAST_CALLS = 20;

/** The load's totals at a moment. */
export interface LoadReading {
  readonly atNs: number;
  readonly offered: number;
  readonly completed: number;
  readonly ok: number;
  readonly inFlight: number;
  /** p99 of the schedule lag over the last second that is known; null where nothing was sent. */
  readonly lagP99Ns: number | null;
}

export class AbortWatch {
  readonly #rules: AbortRules;
  /** From the last one at or before the beginning of the window on. */
  #readings: LoadReading[] = [];

  constructor(rules: AbortRules) {
    this.#rules = rules;
  }

  /** The window begins anew: with a phase, and when a fault ends. */
  restart(): void {
    this.#readings = [];
  }

  /** Why the run is to end now; null while it is not. */
  read(now: LoadReading): EarlyEnd | null {
    const { windowNs, errorShare, noGoodput, scheduleLagNs } = this.#rules;
    this.#readings.push(now);
    while ((this.#readings[1]?.atNs ?? Infinity) <= now.atNs - windowNs) this.#readings.shift();
    const [first, ...within] = this.#readings;
    if (first === undefined || first.atNs > now.atNs - windowNs) return null;
    const over = `over ${duration(windowNs)}`;
    const ended = now.completed - first.completed;
    const failed = ended - (now.ok - first.ok);
    const share = failed / Math.max(1, ended);
    if (errorShare !== null && ended >= LEAST_CALLS && share > errorShare)
      return {
        ...{ rule: 'error-share', limit: errorShare, seen: share },
        what:
          `${count(failed)} of ${count(ended)} calls were not ok ${over} ` +
          `(${percent(share)}, limit ${percent(errorShare)})`,
      };
    if (noGoodput && now.ok === first.ok && (now.offered > first.offered || now.inFlight > 0))
      return { rule: 'no-goodput', limit: 0, seen: 0, what: `no call was ok ${over}` };
    const lags = within.map(({ lagP99Ns }) => lagP99Ns ?? 0);
    const least = Math.min(...lags);
    if (scheduleLagNs !== null && lags.length > 0 && least > scheduleLagNs)
      return {
        ...{ rule: 'schedule-lag', limit: scheduleLagNs, seen: least },
        what:
          `the generator sent its calls late ${over}: schedule lag p99 was never below ${duration(least)} ` +
          `(limit ${duration(scheduleLagNs)})`,
      };
    return null;
  }
}
