import type { Plan } from '../../plan/index.js';
import type { Calls } from '../../record/index.js';
import type { PhaseFrame } from '../calls/index.js';
import type { AnalysisInput } from '../input.js';
import type { FaultEdges } from '../recovery/index.js';

/** What the measures of a gateway read. */
export interface GatewayInput {
  readonly record: AnalysisInput;
  readonly plan: Plan;
  readonly calls: Calls;
  readonly edges: readonly FaultEdges[];
  readonly frames: readonly PhaseFrame[];
}

/** Whether something happened in the load, and not before it. */
export function isOfLoad({ frames }: Pick<GatewayInput, 'frames'>): (atNs: number) => boolean {
  const firstNs = frames.reduce((first, { startNs }) => Math.min(first, startNs), Infinity);
  return (atNs) => atNs >= firstNs;
}
