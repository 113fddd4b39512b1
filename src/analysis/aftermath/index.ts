/**
 * The aftermath: what follows from the calls around a fault beside the recovery itself, and what faults and ramps say
 * together.
 *
 * Owns metastability, hidden capacity, retry amplification, storms and synchrony, blast radius, the inferred breaker,
 * and hysteresis. Does not own: windows, baseline, detection and recovery times, dip and drain (`recovery`), or what
 * processes and ledgers tell.
 */
import { amplificationOf } from './amplification.js';
import { blastRadiusOf } from './blast-radius.js';
import { breakerOf } from './breaker.js';
import { metastabilityOf } from './metastability.js';
import type { AttemptsView, Scene } from './scene.js';
import { rushOf, synchronyOf } from './storm.js';
import type { Aftermath } from './types.js';

export { hiddenCapacitiesOf, type JudgedFault } from './hidden-capacity.js';
export { hysteresisOf } from './hysteresis.js';
export { attemptsView, type AttemptsView, type Scene } from './scene.js';

/** Everything told of what one fault left behind. */
export function aftermathOf(view: AttemptsView, scene: Scene): Aftermath {
  const { before, during, after } = scene;
  return {
    metastability: metastabilityOf(view.calls, scene),
    amplification: {
      before: before === null ? null : amplificationOf(view, scene, before),
      during: amplificationOf(view, scene, during),
      after: after === null ? null : amplificationOf(view, scene, after),
    },
    storm: rushOf(view, scene),
    synchrony: synchronyOf(view, scene),
    blastRadius: blastRadiusOf(view, scene),
    breaker: breakerOf(view, scene),
  };
}
