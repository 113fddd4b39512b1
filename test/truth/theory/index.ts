/**
 * Theory: what is known beforehand about queues, replays and storms of retries, and how far chance may carry a
 * measurement from it.
 *
 * Pure, with tests of its own. Does not own: running anything, or judging what was measured (`../long`).
 */
export {
  QUANTILES,
  ranksOutside,
  simulate,
  waitBands,
  waitFigures,
  type Band,
  type QueueExperiment,
  type WaitBands,
  type WaitFigures,
} from './bands.js';
export {
  dd1Wait,
  erlangC,
  fluidOverload,
  md1,
  md1Tail,
  mm1kBlocking,
  mm1MeanVariance,
  mmc,
  type WaitLaw,
} from './closed-forms.js';
export { hiddenCapacityPerSecond, simulateStorm, type Remedy, type Storm, type StormAttempt } from './metastable.js';
export { fifoStarts } from './replay.js';
