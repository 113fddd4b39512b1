/** Resource recovery: whether a process gives back what a fault made it take. */
import type { ResourceRow } from '../../record/index.js';
import type { PhaseFrame } from '../calls/index.js';
import type { FaultEdges } from '../recovery/index.js';
import { byProcess, RESOURCE_FIELDS } from '../stability/index.js';
import { median } from '../statistics/index.js';
import type { EffectsInput } from './run.js';
import type { ResourceRecovery, ResourceTrace } from './types.js';

const QUANTITIES: readonly ResourceTrace['quantity'][] = ['rss', 'descriptors', 'sockets', 'sessions'];

/** Length of the comparison window before the onset. */
const BEFORE_NS = 10e9;
/** Polls before the onset that a comparison needs. */
const LEAST_POLLS = 2;
/** How far a peak must lie above every poll before: less is garbage collection, or one more connection. */
const standsOut = (quantity: ResourceTrace['quantity']): number => (quantity === 'rss' ? 4 * 1024 ** 2 : 2);

/** One for each fault whose phase was run. */
export function resourceRecoveries({ record, plan, edges, frames }: EffectsInput): readonly ResourceRecovery[] {
  const { holdNs } = plan.scenario.recovery;
  return edges.flatMap((edge): readonly ResourceRecovery[] => {
    const frame = frames.find(({ planned }) => planned.index === edge.planned.phaseIndex);
    if (frame === undefined) return [];
    const { id, type } = edge.planned;
    const common = { fault: id, type, phase: frame.planned.name, holdNs };
    if (edge.offNs === null) return [{ ...common, traces: [], reason: 'the fault did not end' }];
    const traces = tracesOf(edge, edge.offNs, edges, frame, record.resources, holdNs);
    return [{ ...common, traces, reason: null }];
  });
}

function tracesOf(
  own: FaultEdges,
  offNs: number,
  edges: readonly FaultEdges[],
  frame: PhaseFrame,
  resources: readonly ResourceRow[],
  holdNs: number,
): readonly ResourceTrace[] {
  const { onNs } = own;
  const others = edges.filter((other) => other !== own && other.planned.phaseIndex === own.planned.phaseIndex);
  const disturbed = (atNs: number): boolean =>
    others.some((other) => atNs >= other.onNs && atNs <= (other.offNs ?? Infinity) + holdNs);
  const later = others.map((other) => other.onNs).filter((ns) => ns > offNs);
  const untilNs = Math.min(frame.scheduledEndNs, ...later);
  const fromNs = Math.max(frame.measuredFromNs, onNs - BEFORE_NS);
  const isCalm = ({ atNs }: ResourceRow): boolean => atNs >= fromNs && atNs < onNs && !disturbed(atNs);
  return byProcess(resources.filter(({ atNs }) => atNs >= fromNs && atNs <= untilNs)).flatMap((rows) =>
    QUANTITIES.flatMap((quantity) => {
      const polls = rows.flatMap((row) => (row[RESOURCE_FIELDS[quantity]] === null ? [] : [row]));
      const calm = polls.filter(isCalm);
      const trace = calm.length === 0 ? null : traceOf(quantity, calm, polls, onNs, offNs + holdNs);
      return trace === null ? [] : [{ process: rows[0]?.process ?? '', pid: rows[0]?.pid ?? 0, quantity, ...trace }];
    }),
  );
}

type Traced = Pick<ResourceTrace, 'before' | 'peak' | 'after' | 'recovered' | 'reason'>;

/** `polls`: all that have the quantity. `calm`: those before the fault. Both in order of time. */
function traceOf(
  quantity: ResourceTrace['quantity'],
  calm: readonly ResourceRow[],
  polls: readonly ResourceRow[],
  onNs: number,
  settledNs: number,
): Traced {
  const value = (row: ResourceRow): number => row[RESOURCE_FIELDS[quantity]] ?? NaN;
  const during = polls.filter(({ atNs }) => atNs >= onNs && atNs <= settledNs).map(value);
  const afterwards = polls.find(({ atNs }) => atNs >= settledNs);
  const values = {
    before: calm.length === 0 ? null : median(calm.map(value)),
    peak: during.length === 0 ? null : Math.max(...during),
    after: afterwards === undefined ? null : value(afterwards),
  };
  const not = (reason: string): Traced => ({ ...values, recovered: null, reason });
  const { before, peak, after } = values;
  if (calm.length < LEAST_POLLS || before === null)
    return not(`${calm.length} of ${LEAST_POLLS} polls before the fault that a comparison needs`);
  if (peak === null) return not('not polled from the onset to one hold time after the fault, or the process had ended');
  if (peak - Math.max(...calm.map(value)) < standsOut(quantity))
    return not('the peak is not above the values before the fault');
  if (after === null)
    return not('not polled one hold time after the fault: the phase or the process ended, or the next fault began');
  return { ...values, recovered: (peak - after) / (peak - before), reason: null };
}
