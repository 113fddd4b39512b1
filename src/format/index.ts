/**
 * Numbers as text: the only place where a quantity gets its unit and its digits, so that one number reads the same in
 * HTML, Markdown, terminal, gate and error.
 *
 * Owns two forms. What people read has three significant digits and a blank before the unit: `10.2 ms`, `1.5 GiB`,
 * `400/s`, `2.1 %`; a value that is not finite is `unknown`. What a scenario reads back (`scenario...`) has no blank
 * and all its digits: `30s`, `400/s`. Does not own: reading quantities (`scenario`), or the words around a number.
 */
export { changeLimit, changeText, estimatedChange, type ChangeUnit } from './changes.js';
export { duration, exactMoment, maybeDuration, moment, recoveryTime } from './durations.js';
export { amount, count, counted, factor, plural, percent, UNKNOWN } from './numbers.js';
export { interval, quantile, quantileName, tooFewSamples, type QuantileEstimate } from './quantiles.js';
export { bytes, bytesPerHour, perHour, rate, slope } from './rates.js';
export { scenarioDuration, scenarioRate, scenarioShare, scenarioSize } from './scenario-form.js';
export {
  boundInUnit,
  boundsInUnit,
  inUnit,
  lowerBound,
  measuredText,
  NOT_WITHIN,
  timeUntil,
  type BoundOf,
  type Bounds,
  type Unit,
} from './units.js';
