/**
 * The aftermath: what follows from the calls around a fault beside the recovery itself, and what faults and ramps say
 * together.
 *
 * Owns metastability, hidden capacity, retry amplification, storms and synchrony, blast radius, the inferred breaker,
 * and hysteresis. Does not own: windows, baseline, detection and recovery times, dip and drain (`recovery`), or what
 * processes and ledgers tell.
 */
import type { AfterFault } from './after-fault-types.js';
import { amplificationOf } from './amplification.js';
import { blastRadiusOf } from './blast-radius.js';
import { breakerOf } from './breaker.js';
import type { AttemptsView, FaultContext } from './context.js';
import { metastabilityOf } from './metastability.js';
import { burstinessOf, rushOf } from './storm.js';

/** Everything told of what one fault left behind. */
export function afterFaultOf(view: AttemptsView, context: FaultContext): AfterFault {
  const { before, during, after } = context;
  return {
    metastability: metastabilityOf(view.calls, context),
    amplification: {
      before: before === null ? null : amplificationOf(view, context, before),
      during: amplificationOf(view, context, during),
      after: after === null ? null : amplificationOf(view, context, after),
    },
    storm: rushOf(view, context),
    burstiness: burstinessOf(view, context),
    blastRadius: blastRadiusOf(view, context),
    breaker: breakerOf(view, context),
  };
}
