/**
 * Success of each route while a mock fails some of its calls, and what is lost beyond those: calls that no fault hit
 * are lost by what stands between.
 */
import { endsSessions } from '../../catalog/index.js';
import { outcomeCode } from '../../record/index.js';
import type { CallSpec } from '../../scenario/index.js';
import { proportionInterval } from '../statistics/index.js';
import { upstreamCalls } from './joins.js';
import type { GatewayInput } from './run.js';
import type { Availability, RouteSuccess } from './types.js';

const OK = outcomeCode('ok');

type Label = Pick<RouteSuccess, 'label' | 'upstream'>;

/** One for each fault in a mock that was active, of the calls that were intended meanwhile. */
export function availabilitiesOf(run: GatewayInput): readonly Availability[] {
  const { edges, frames, calls, plan } = run;
  return edges.flatMap((edge): readonly Availability[] => {
    const { planned, onNs, offNs } = edge;
    const frame = frames.find((each) => each.planned.index === planned.phaseIndex);
    // Calls that fail for want of a session are those of the return after it.
    if (frame === undefined || planned.place !== 'mock' || endsSessions(planned.type)) return [];
    const untilNs = offNs ?? frame.scheduledEndNs;
    const during = [...frame.all].filter((i) => {
      const intendedNs = calls.intendedNs[i] ?? NaN;
      return intendedNs >= onNs && intendedNs < untilNs && runsTool(plan.scenario.calls[calls.spec[i] ?? 0]);
    });
    const hit = callsHit(run, planned.id);
    const routes = plan.scenario.calls.flatMap((spec, index): readonly RouteSuccess[] => {
      if (!runsTool(spec)) return [];
      const own = during.filter((i) => calls.spec[i] === index);
      return [routeOf({ label: spec.label, upstream: upstreamOf(spec) }, own, run, hit)];
    });
    const whole = routeOf({ label: null, upstream: null }, during, run, hit);
    return [{ fault: planned.id, type: planned.type, on: planned.on, phase: frame.planned.name, routes, whole }];
  });
}

const runsTool = (spec: CallSpec | undefined): boolean => spec?.operation === 'tools/call';
const upstreamOf = (spec: CallSpec): string | null =>
  spec.operation === 'tools/call' ? (spec.upstream ?? null) : null;

function routeOf(
  label: Label,
  own: readonly number[],
  { calls }: GatewayInput,
  hit: ReadonlySet<number> | null,
): RouteSuccess {
  const isOk = (i: number): boolean => calls.outcome[i] === OK;
  const isHit = (i: number): boolean => hit?.has(calls.callId[i] ?? -1) === true;
  const ok = own.filter(isOk).length;
  return {
    ...label,
    offered: own.length,
    ok,
    success: own.length === 0 ? null : { value: ok / own.length, ...proportionInterval(ok, own.length) },
    hit: hit === null ? null : own.filter(isHit).length,
    excess: hit === null ? null : own.filter((i) => !isOk(i) && !isHit(i)).length,
    masked: hit === null ? null : own.filter((i) => isOk(i) && isHit(i)).length,
  };
}

/** Calls that the fault hit at its mock; null where one that was hit is not known. */
function callsHit(run: GatewayInput, fault: string): ReadonlySet<number> | null {
  const rows = run.record.faultHits?.filter((row) => row.fault === fault && row.tool !== null) ?? null;
  if (rows === null) return null;
  const received = new Map((upstreamCalls(run) ?? []).map(({ receivedNs, callId }) => [receivedNs, callId]));
  const found = new Set<number>();
  for (const { callId, receivedNs } of rows) {
    const call = callId ?? (receivedNs === null ? undefined : received.get(receivedNs)) ?? null;
    if (call === null) return null;
    found.add(call);
  }
  return found;
}
