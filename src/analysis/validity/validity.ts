/**
 * Validity: whether the numbers of a run can be trusted, and if not, why and what to do.
 *
 * Owns the checks and their limits. Each check is a function from what was seen to reasons; none of them judges
 * the target, only whether its numbers can be trusted. Does not own the numbers themselves.
 */
import { inFirstLook, isFirstLook } from '../../scenario/index.js';
import { capacityReasons } from './capacity.js';
import { eventReasons } from './events.js';
import type { Evidence } from './evidence.js';
import { generatorReasons } from './generator.js';
import { hypothesisReasons } from './hypotheses.js';
import { machineReasons } from './machine.js';
import { recordReasons } from './record.js';
import { stationarityReasons } from './stationarity.js';
import type { Validity, ValidityReason } from './types.js';

const GRAVITY: readonly ValidityReason['severity'][] = ['invalid', 'doubtful', 'warning'];

const same = (reason: ValidityReason): ValidityReason => reason;

/** Holds the evidence against every check. */
export function validityOf(evidence: Evidence): Validity {
  const reasons: readonly ValidityReason[] = [
    ...recordReasons(evidence),
    ...generatorReasons(evidence),
    ...machineReasons(evidence),
    ...capacityReasons(evidence),
    ...eventReasons(evidence),
    ...stationarityReasons(evidence),
    ...hypothesisReasons(evidence),
  ];
  const verdict = (['invalid', 'doubtful'] as const).find((grave) =>
    reasons.some(({ severity }) => severity === grave),
  );
  return {
    verdict: verdict ?? 'valid',
    reasons: reasons
      .map(isFirstLook(evidence.plan.scenario) ? inFirstLook : same)
      .sort((a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity)),
  };
}
