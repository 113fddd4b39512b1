/** Verdicts on bounds: each reading held against the bound, and which of several decides. */
import { boundOf, boundReason, type CountedShare } from '../../catalog/index.js';
import { count, counted, lowerBound, measuredText } from '../../format/index.js';
import type { BoundUnit, Gate } from '../../scenario/index.js';
import { proportionInterval } from '../statistics/index.js';
import type { PlacedReading } from './readings.js';

/** A gate's verdict and why. */
export interface GateResult {
  readonly gate: Gate;
  /**
   * The gate as text: `response-time p99 of steady <= 100 ms`; with ` (closed loop)` where its numbers are a closed
   * loop's, and ` (source: unanswered)` where they can come from more than one source.
   */
  readonly text: string;
  readonly verdict: 'pass' | 'regress' | 'inconclusive' | 'invalid';
  /** What was measured, in `unit`; null when there was nothing to measure. */
  readonly measured: number | null;
  /** The measured value is known only to be at least so large. */
  readonly isLowerBound?: true;
  /** In `unit`: how fine it was measured. A measured 0 then means less than this. */
  readonly step?: number;
  readonly unit: BoundUnit;
  readonly why: string;
  /** Of a gate versus the baseline, which has neither `min` nor `max`. */
  readonly change?: GateChange;
}

/** How a run differs from its baseline, and how much it may. Of a `ratio` shares (0.1 is +10 %), else in `unit`. */
export interface GateChange {
  readonly versus: 'baseline';
  readonly kind: 'ratio' | 'difference';
  /** With the sign of a change for the worse. */
  readonly limit: number;
  /** In `unit`. */
  readonly atLeast: number | null;
  /** A gate of level `warn` decides nothing. */
  readonly level: 'error' | 'warn';
  /** Sessions of the baseline that have the number. */
  readonly sessions: number;
  /** With its 95 % prediction interval; null where there is none. */
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** One-sided p-value of "it is drawn as the baseline was", adjusted over the gates of its level (Holm). */
  readonly pWorse: number | null;
  /** The smallest change for the worse that is reported with a probability of 0.8. */
  readonly minimumDetectable: number | null;
}

type Verdict = GateResult['verdict'];

/** What became of one bound. `measured` is in the bound's unit; null when there is no number. */
export interface Judged {
  readonly verdict: Exclude<Verdict, 'invalid'>;
  readonly measured: number | null;
  readonly isLowerBound?: true;
  /** How fine it was measured, where that is coarse. */
  readonly step?: number | undefined;
  readonly why: string;
}

const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, inconclusive: 1, regress: 2, invalid: 3 };

/** The gravest of the verdicts; `pass` of none. */
export function worstOf<V extends Verdict>(verdicts: readonly V[]): V | 'pass' {
  return verdicts.reduce<V | 'pass'>(
    (worst, verdict) => (SEVERITY[verdict] > SEVERITY[worst] ? verdict : worst),
    'pass',
  );
}

/** Verdict on a quantity known to lie in [low, high]; `middle` is the number that is reported. */
function judgeRange(gate: Gate, low: number, high: number): Judged['verdict'] {
  const over = gate.max !== null && low > gate.max;
  const under = gate.min !== null && high < gate.min;
  if (over || under) return 'regress';
  const surelyInside = (gate.max === null || high <= gate.max) && (gate.min === null || low >= gate.min);
  return surelyInside ? 'pass' : 'inconclusive';
}

/** Calls that a limit must leave room for before the share that was counted decides, as beyond a percentile. */
const LEAST_WITHIN_LIMIT = 2;
/** 1 - 0.99 is a little more than 0.01. */
const ROUNDING = 1e-9;

/** The calls from which a share is held against a limit: 200 for 1 % and for 99 %, none for 0 % and 100 %. */
function callsNeeded(limit: number): number {
  const room = Math.min(limit, 1 - limit);
  return room <= 0 ? 0 : Math.ceil(LEAST_WITHIN_LIMIT / room - ROUNDING);
}

/**
 * A share of calls. With fewer calls than a limit needs, one call more or less would decide: then it is held against
 * the 95 % interval of Clopper and Pearson, and nothing is decided where that has the limit in it. A limit of 0 % or
 * 100 % is about the calls that were made, and one of them breaks it.
 */
function judgeShare(gate: Gate, value: number, { counted: calls, offered }: CountedShare, where: string): Judged {
  const textOf = (share: number): string => measuredText(share, gate.unit, gate);
  const { low, high } = proportionInterval(calls, offered);
  const bounds = [
    ...(gate.max === null ? [] : [{ limit: gate.max, bound: { ...gate, min: null } }]),
    ...(gate.min === null ? [] : [{ limit: gate.min, bound: { ...gate, max: null } }]),
  ].map(({ limit, bound }) => {
    const needed = callsNeeded(limit);
    const isEnough = offered >= needed;
    return { needed, verdict: isEnough ? judgeRange(bound, value, value) : judgeRange(bound, low, high) };
  });
  const verdict = worstOf(bounds.map((bound) => bound.verdict));
  const needed = Math.max(...bounds.map((bound) => (bound.verdict === 'inconclusive' ? bound.needed : 0)));
  const ofNeeded = `${count(offered)} of ${count(needed)} needed`;
  const few = `; too few calls to decide (${ofNeeded}): the interval contains the limit`;
  return {
    verdict,
    measured: value,
    why:
      `${where}: ${textOf(value)}, ${count(calls)} of ${counted(offered, 'call')}, ` +
      `95 % interval ${textOf(low)} to ${textOf(high)}${verdict === 'inconclusive' ? few : ''}`,
  };
}

/** One reading against the bound. */
export function judge(gate: Gate, reading: PlacedReading): Judged {
  const { where } = reading;
  const textOf = (value: number, step?: number): string => measuredText(value, gate.unit, gate, step);
  switch (reading.kind) {
    case 'value': {
      if (reading.share !== undefined) return judgeShare(gate, reading.value, reading.share, where);
      const interval =
        reading.low === null || reading.high === null
          ? ''
          : ` (95 % interval ${textOf(reading.low)} to ${textOf(reading.high)})`;
      return {
        verdict: judgeRange(gate, reading.value, reading.value),
        measured: reading.value,
        step: reading.step,
        why: `${where}: ${textOf(reading.value, reading.step)}${interval}`,
      };
    }
    case 'trend':
      return {
        verdict: judgeRange(gate, reading.low, reading.high),
        measured: reading.value,
        why:
          `${where}: ${textOf(reading.value)}, ` +
          `95 % interval ${textOf(reading.low)} to ${textOf(reading.high)}, which is what counts`,
      };
    case 'censored':
      return {
        verdict: judgeRange(gate, reading.atLeast, Infinity),
        measured: reading.atLeast,
        isLowerBound: true,
        why: `${where}: ${lowerBound(textOf(reading.atLeast), boundOf(gate.metric))} (${boundReason(gate.metric)})`,
      };
    case 'not-estimable': {
      const { atLeast } = reading;
      // What is certain may break a bound whatever the rest is.
      if (atLeast !== undefined && judgeRange(gate, atLeast, Infinity) === 'regress')
        return { verdict: 'regress', measured: atLeast, why: `${where}: ${textOf(atLeast)}` };
      return { verdict: 'inconclusive', measured: null, why: `${where}: not estimable, ${reading.why}` };
    }
    case 'not-degraded':
      // Nothing to detect or recover from satisfies any largest time; a smallest time has nothing to be held against.
      return {
        verdict: gate.min === null ? 'pass' : 'inconclusive',
        measured: null,
        why: `${where}: the normal range was never left`,
      };
    case 'absent':
      return { verdict: 'regress', measured: null, why: `${where}: ${reading.why}; a gate without a number fails` };
  }
}

/** How near a judged value is to breaking its gate; larger is nearer. */
function pressure(gate: Gate, { measured }: Judged): number {
  if (measured === null) return -Infinity;
  return Math.max(
    gate.max === null ? -Infinity : measured - gate.max,
    gate.min === null ? -Infinity : gate.min - measured,
  );
}

/** The judgement that decides: the worst, and of equals the nearest to the bound. */
export function deciding(gate: Gate, judged: readonly Judged[]): Judged {
  const [first, ...others] = judged;
  if (first === undefined) {
    const what =
      gate.fault !== null ? `fault "${gate.fault}"` : gate.phase !== null ? `phase "${gate.phase}"` : 'the run';
    return {
      verdict: 'regress',
      measured: null,
      why: `${what} has no samples of ${gate.metric}; a gate without a number fails`,
    };
  }
  return others.reduce((worst, next) => {
    const harder = SEVERITY[next.verdict] - SEVERITY[worst.verdict];
    return harder > 0 || (harder === 0 && pressure(gate, next) > pressure(gate, worst)) ? next : worst;
  }, first);
}
