/**
 * Trials whose truth is known: log-normal response times with an autoregressive level and clustered pauses, on a
 * machine that differs from session to session, drifts within one, and differs a little from trial to trial. What is
 * not known of the published simulation (memory of the level, pauses) is set so that equal arms pass about as often as
 * in it; false alarms and power then follow.
 */
import { decide, type Decision } from '../../src/compare/index.js';
import { trialOrder } from '../../src/plan/index.js';
import { seededRandom, type Random } from '../../src/random/index.js';

const SESSION_DEVIATION = 0.1;
/** From the first trial of a session to the last, one standard deviation. */
const DRIFT_DEVIATION = 0.05;
const TRIAL_DEVIATION = 0.04;
/** Of one request, around the level. */
const REQUEST_DEVIATION = 0.35;
/** The level follows its past with this weight, and spreads by this much in the long run. */
const LEVEL_MEMORY = 0.95;
const LEVEL_DEVIATION = 0.2;
/** A pause begins at one request in so many, takes so many requests on average, and triples their times. */
const REQUESTS_PER_PAUSE = 300;
const PAUSE_REQUESTS = 6;
const PAUSE_FACTOR = 3;

/** The p99 of one trial of so many requests; the median of a request is 1 without pauses. */
function trialP99(requests: number, random: Random): number {
  const times = new Float64Array(requests);
  const innovation = LEVEL_DEVIATION * Math.sqrt(1 - LEVEL_MEMORY ** 2);
  let level = LEVEL_DEVIATION * random.normal();
  let paused = false;
  for (let i = 0; i < requests; i++) {
    level = LEVEL_MEMORY * level + innovation * random.normal();
    paused = random.next() < (paused ? 1 - 1 / PAUSE_REQUESTS : 1 / REQUESTS_PER_PAUSE);
    times[i] = Math.exp(level + REQUEST_DEVIATION * random.normal()) * (paused ? PAUSE_FACTOR : 1);
  }
  return times.sort()[Math.ceil(0.99 * requests) - 1] ?? NaN;
}

/** Log ratios of the p99 of two equal arms, over the pairs of one experiment. */
function logRatios(pairs: number, requests: number, random: Random): readonly number[] {
  const session = SESSION_DEVIATION * random.normal();
  const drift = DRIFT_DEVIATION * random.normal();
  let place = 0;
  return trialOrder(2, pairs, random).map((row) => {
    const logs = [0, 0];
    for (const arm of row) {
      const machine = session + (drift * place++) / (2 * pairs) + TRIAL_DEVIATION * random.normal();
      logs[arm] = machine + Math.log(trialP99(requests, random));
    }
    return (logs[1] ?? NaN) - (logs[0] ?? NaN);
  });
}

export interface Rates {
  /** How much slower the candidate truly is: 1.2 is +20 %. */
  readonly truth: number;
  readonly counts: Readonly<Record<Decision['verdict'], number>>;
}

/**
 * How often the rule that ships gives each verdict at a margin of +10 % on p99. The same noise serves every truth: a
 * candidate that is slower by a factor has a p99 that is larger by it.
 */
export function simulatedRates(options: {
  readonly pairs: number;
  readonly requests: number;
  readonly repeats: number;
  readonly truths: readonly number[];
  readonly seed: number;
}): readonly Rates[] {
  const { pairs, requests, repeats, truths, seed } = options;
  const noise = Array.from({ length: repeats }, (_, repeat) =>
    logRatios(pairs, requests, seededRandom(seed, `comparison/${pairs}/${requests}/${repeat}`)),
  );
  return truths.map((truth) => {
    const counts = { pass: 0, regress: 0, improved: 0, inconclusive: 0 };
    for (const ratios of noise) {
      const harms = ratios.map((ratio) => ratio + Math.log(truth));
      const absoluteHarms = harms.map((harm) => Math.expm1(harm));
      const one = { harms, absoluteHarms, precision: 'exact', margin: Math.log(1.1), atLeast: null } as const;
      for (const { verdict } of decide([one])) counts[verdict] += 1;
    }
    return { truth, counts };
  });
}
