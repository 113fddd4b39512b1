/**
 * The rule of comparisons, by simulation with fixed seeds: how often it raises a false alarm, and how often it finds a
 * true regression, beside the published rates of the same rule. Ends with 0 when all agree within binomial error.
 */
import { proportionInterval } from '../../../src/analysis/index.js';
import { EXIT } from '../../../src/problem/index.js';
import { simulatedRates } from '../../compare/simulated.js';

const TRUTHS = [1, 1.05, 1.2, 1.35];
const REPEATS = 400;
const PUBLISHED_REPEATS = 100;

/** Regressions reported of 100, for each truth. */
const PUBLISHED: readonly {
  readonly pairs: number;
  readonly requests: number;
  readonly regress: readonly [number, number, number, number];
}[] = [
  { pairs: 10, requests: 4_000, regress: [0, 8, 81, 100] },
  { pairs: 10, requests: 16_000, regress: [0, 12, 100, 100] },
  { pairs: 6, requests: 4_000, regress: [3, 9, 53, 89] },
  { pairs: 16, requests: 4_000, regress: [3, 18, 93, 100] },
];

let allAgree = true;
for (const { pairs, requests, regress } of PUBLISHED) {
  const rates = simulatedRates({ pairs, requests, repeats: REPEATS, truths: TRUTHS, seed: 16 });
  rates.forEach(({ truth, counts }, index) => {
    const ours = proportionInterval(counts.regress, REPEATS, 0.99);
    const theirs = proportionInterval(regress[index] ?? NaN, PUBLISHED_REPEATS, 0.99);
    const agrees = ours.low <= theirs.high && theirs.low <= ours.high;
    // More power and fewer false alarms than published are no fault.
    const isBetter = truth >= 1.2 ? ours.low > theirs.high : ours.high < theirs.low;
    allAgree &&= agrees || isBetter;
    const shares = Object.entries(counts).map(([verdict, n]) => `${verdict} ${((100 * n) / REPEATS).toFixed(1)} %`);
    process.stdout.write(
      `${agrees || isBetter ? 'inside ' : 'OUTSIDE'} ${pairs} pairs of ${requests} calls, true x${truth.toFixed(2)}: ` +
        `${shares.join(', ')} (published: regress ${regress[index] ?? NaN} %)\n`,
    );
  });
}
process.exitCode = allAgree ? EXIT.pass : EXIT.gateFailed;
