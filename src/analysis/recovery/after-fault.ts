/** What stayed after a fault, beside the recovery itself. */
import type { AfterFault } from './after-fault-types.js';
import { amplificationOf } from './amplification.js';
import { blastRadiusOf } from './blast-radius.js';
import { breakerOf } from './breaker.js';
import type { AttemptsView, FaultContext } from './context.js';
import { metastabilityOf } from './metastability.js';
import { burstinessOf, stormOf } from './storm.js';

/** All measures of one fault. */
export function afterFaultOf(view: AttemptsView, context: FaultContext): AfterFault {
  const { before, during, after } = context;
  return {
    metastability: metastabilityOf(view.calls, context),
    amplification: {
      before: before === null ? null : amplificationOf(view, context, before),
      during: amplificationOf(view, context, during),
      after: after === null ? null : amplificationOf(view, context, after),
    },
    storm: stormOf(view, context),
    burstiness: burstinessOf(view, context),
    blastRadius: blastRadiusOf(view, context),
    breaker: breakerOf(view, context),
  };
}
