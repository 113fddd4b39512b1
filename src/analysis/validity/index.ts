/**
 * Validity: whether a run may be believed, and if not, why and what to do.
 *
 * Owns the checks and their limits. Each check is a function from what was seen to reasons; none of them looks at whether
 * the target was good, only at whether the numbers say what they claim to. Does not own the numbers themselves.
 */
import type { HealthRow, Manifest, RunEvent, RunStatus } from '../../record/index.js';
import type { Plan } from '../../plan/index.js';
import type { Calls } from '../calls.js';
import type { AnalysedPhase } from '../phase.js';
import type { FaultEdges } from '../recovery.js';
import type { CapacitySummary, Validity, ValidityReason } from '../summary.js';
import { capacityReasons } from './capacity.js';
import { eventReasons } from './events.js';
import { generatorReasons } from './generator.js';
import { recordReasons } from './record.js';

/** What the checks look at. */
export interface Evidence {
  readonly plan: Plan;
  readonly status: RunStatus;
  readonly manifest: Pick<Manifest, 'samples'> | null;
  readonly attempts: number;
  readonly calls: Calls;
  readonly phases: readonly AnalysedPhase[];
  readonly capacities: readonly CapacitySummary[];
  readonly events: readonly RunEvent[];
  readonly health: readonly HealthRow[];
  readonly edges: readonly FaultEdges[];
  readonly spinLostShare: number | null;
}

/** Share of a core lost to others from which gates can't be decided, and from which it is worth a word. */
export const CONTENDED = { inconclusive: 0.1, warning: 0.02 } as const;

/** Holds the evidence against every check. */
export function validityOf(evidence: Evidence): Validity {
  const reasons: readonly ValidityReason[] = [...recordReasons(evidence), ...generatorReasons(evidence), ...capacityReasons(evidence), ...eventReasons(evidence)];
  return {
    verdict: reasons.some((reason) => reason.severity === 'invalid') ? 'invalid' : 'valid',
    gatesInconclusive: (evidence.spinLostShare ?? 0) >= CONTENDED.inconclusive,
    reasons: [...reasons].sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning')),
  };
}
