/**
 * The gates of a scenario to begin with, from what was measured once. The same server has to pass them in its next run,
 * also on a machine with two cores on which others work now and then: a gate that fails by chance is switched off.
 */
import { proportionInterval } from '../../analysis/index.js';
import { NS_PER_MS, NS_PER_S } from '../../clock/index.js';
import { duration, rate, scenarioDuration } from '../../format/index.js';
import type { Measured, MeasuredQuantile } from './measured.js';
import { roundUp } from './rates.js';
import { comment } from './yaml.js';

/** Length of the phase `steady`. */
export const STEADY_S = 15;
/** Of it, without the warm-up. */
const STEADY_MEASURED_S = 12;
const LEAST_FLOOR_S = 5;
const MOST_FLOOR_S = 20;
/** Samples that a median takes, and some more. */
const MEDIAN_SAMPLES = 15;

/** Room above what may have been measured: so many times it, and at least so much more, for slices of others' time. */
interface Margin {
  readonly times: number;
  readonly moreNs: number;
}

/** Of a median without a queue. The link in front of the server is in it, and was not when it was measured. */
const IDLE: Margin = { times: 3, moreNs: 2 * NS_PER_MS };
/** Of what is seen under load, where a tenth of a second in which others work is felt by the slowest calls. */
const LOADED: Margin = { times: 5, moreNs: 20 * NS_PER_MS };

const MOST_MISSED = 0.01;
/** More is no gate. */
const MOST_MISSED_EVER = 0.5;
/** Of the upper end of what missed when it was measured. */
const MISSED_TIMES = 2;
/** Of few calls two may miss, and some more are expected than come: with a lower limit they could not decide. */
const TWO_CALLS = 2.1;

/** Length of the floor, in seconds: its median can be judged although calls take as long as its gate lets them. */
export function floorS(measured: Measured | null): number {
  const slowestNs = IDLE.times * (measured?.idleP50?.highNs ?? 0);
  const seconds = Math.ceil((MEDIAN_SAMPLES * slowestNs) / NS_PER_S / WITHOUT_WARMUP);
  return Math.min(MOST_FLOOR_S, Math.max(LEAST_FLOOR_S, seconds));
}

/** Share of a floor that is measured. */
const WITHOUT_WARMUP = 0.8;

/** @param steadyPerSecond rate of the phase `steady`. */
export function gatesText(
  measured: Measured | null,
  steadyPerSecond: number,
  hasFault: boolean,
  deadlineNs: number,
): string {
  const half = steadyQuantile(measured, steadyPerSecond);
  const idle = measured?.idleP50 ?? null;
  const floor =
    idle === null
      ? []
      : [
          comment(`Measured: ${measuredText(idle)}.`, '  '),
          `  - { metric: response-time, stat: p50, phase: floor, max: ${bound(idle, IDLE, deadlineNs)} }`,
        ];
  const response =
    half === null
      ? []
      : [
          comment(`Measured at ${rate(half.perSecond)}: ${half.stat} ${measuredText(half)}.`, '  '),
          `  - { metric: response-time, stat: ${half.stat}, phase: steady, max: ${bound(half, LOADED, deadlineNs)} }`,
        ];
  return [
    comment(
      'What must hold. The bounds leave room above what was measured once: tighten them when you know the spread.',
    ),
    'gates:',
    ...floor,
    ...missText(measured, steadyPerSecond),
    ...response,
    ...(hasFault ? ['  - { metric: time-to-recover, max: 8s }'] : []),
  ].join('\n');
}

const measuredText = ({ ns, highNs }: MeasuredQuantile): string =>
  highNs > ns ? `${duration(ns)} (95 % interval up to ${duration(highNs)})` : duration(ns);

/** At most 1 % of the calls, or as many as the measurement leaves possible. */
function missText(measured: Measured | null, steadyPerSecond: number): readonly string[] {
  const { offered, missed } = measured?.halfCalls ?? { offered: 0, missed: 0 };
  const seen = missed === 0 ? 0 : MISSED_TIMES * proportionInterval(missed, offered).high;
  const twoCalls = TWO_CALLS / (steadyPerSecond * STEADY_MEASURED_S);
  const wanted = Math.max(seen, twoCalls);
  const most = wanted <= MOST_MISSED ? MOST_MISSED : Math.min(MOST_MISSED_EVER, roundUp(wanted));
  const because =
    most === MOST_MISSED
      ? []
      : [
          comment(
            seen > twoCalls
              ? `Measured: ${missed} of ${offered} calls missed.`
              : 'As few calls as this rate has in the phase decide no lower limit: two may miss.',
            '  ',
          ),
        ];
  const percent = Number((most * 100).toPrecision(3));
  return [...because, `  - { metric: deadline-miss-ratio, phase: steady, max: ${percent}% }`];
}

/** A quantile of which the steady phase will have enough samples. */
function steadyQuantile(measured: Measured | null, steadyPerSecond: number): Measured['half'] {
  const half = measured?.half ?? null;
  if (half === null) return null;
  const needed = { p50: 20, p95: 150, p99: 700 }[half.stat];
  return steadyPerSecond * STEADY_MEASURED_S >= needed ? half : null;
}

/** Rounded up, and at most the deadline, which is a bound of its own. */
function bound({ highNs }: MeasuredQuantile, { times, moreNs }: Margin, deadlineNs: number): string {
  const roomyNs = Math.max(times * highNs, highNs + moreNs);
  return scenarioDuration(Math.min(deadlineNs, Math.max(NS_PER_MS, roundUp(roomyNs))));
}
