/** How a phase is named beside its numbers. */
import type { PhaseSummary } from '../phases/index.js';

/**
 * What stands behind the name of a closed-loop phase: its callers ask less of a server that slows down, so that its
 * numbers are not those of independent arrivals.
 */
export const CLOSED_LOOP = ' (closed loop)';

/** A phase's name as it stands beside numbers. */
export function phaseLabel({ name, loop }: Pick<PhaseSummary, 'name' | 'loop'>): string {
  return loop === 'closed' ? `${name}${CLOSED_LOOP}` : name;
}
