/** What a fault cost the calls that do not pass it. */
import { toolOf } from '../../catalog/index.js';
import type { PlannedFault } from '../../plan/index.js';
import { servicesBehind, targetName, type CallSpec, type Stack } from '../../scenario/index.js';
import { countGood } from '../../record/index.js';
import type { BlastRadius, RouteImpact } from './after-fault-types.js';
import { type AttemptsView, type FaultContext, type Span, intendedIn } from './context.js';

/** Calls in a stretch that a loss needs. */
const FEWEST_CALLS = 20;

/** Names of all links and services that a call to `name` may pass. */
function onTheWay({ services, links }: Stack, name: string): readonly string[] {
  const next = [
    ...links.filter((link) => link.name === name).map(({ to }) => to),
    ...services.flatMap((service) => (service.name === name && 'to' in service ? service.to : [])),
  ];
  return [
    name,
    ...next.flatMap((inner) => onTheWay({ services, links, target: { kind: 'service', service: inner } }, inner)),
  ];
}

/**
 * Whether calls of this kind may meet the fault: they pass where it is, and it is not limited to another tool. A call
 * that names its upstream passes no other, whatever stands before them.
 */
function touches(stack: Stack, passed: readonly string[], fault: PlannedFault, call: CallSpec): boolean {
  const upstream = call.operation === 'tools/call' ? call.upstream : undefined;
  const mocks = servicesBehind(stack, fault.on).filter(({ kind }) => kind === 'mock');
  const isOnTheWay =
    upstream !== undefined && mocks.length > 0
      ? mocks.some(({ name }) => name === upstream)
      : passed.includes(fault.on);
  if (!isOnTheWay) return false;
  return fault.place !== 'mock' || fault.action.tool === undefined || fault.action.tool === toolOf(call);
}

type Counted = Pick<RouteImpact, 'offeredBefore' | 'goodBefore' | 'offeredDuring' | 'goodDuring'>;

const add = (a: Counted, b: Counted): Counted => ({
  offeredBefore: a.offeredBefore + b.offeredBefore,
  goodBefore: a.goodBefore + b.goodBefore,
  offeredDuring: a.offeredDuring + b.offeredDuring,
  goodDuring: a.goodDuring + b.goodDuring,
});

/** In an open loop of what was offered, so that the scatter of the arrivals is no loss; in a closed one by time. */
function lossOf(counted: Counted, loop: 'open' | 'closed', beforeNs: number, duringNs: number): number | null {
  const { offeredBefore, goodBefore, offeredDuring, goodDuring } = counted;
  if (offeredBefore < FEWEST_CALLS || offeredDuring < FEWEST_CALLS || goodBefore === 0) return null;
  const kept =
    loop === 'open'
      ? goodDuring / offeredDuring / (goodBefore / offeredBefore)
      : goodDuring / duringNs / (goodBefore / beforeNs);
  return Math.max(0, 1 - kept);
}

/** The routes of a run around one fault. */
export function blastRadiusOf(view: AttemptsView, context: FaultContext): BlastRadius {
  const { planned, before, during, frame } = context;
  const target = targetName(view.stack);
  if (target === null) return { routes: [], radius: null, reason: 'wiring-unknown' };
  if (before === null) return { routes: [], radius: null, reason: 'no-baseline' };
  const passed = onTheWay(view.stack, target);
  const count = (among: Uint32Array, spec: number): { readonly offered: number; readonly good: number } => {
    const own = among.filter((i) => view.calls.spec[i] === spec);
    return { offered: own.length, good: countGood(view.calls, own).good };
  };
  const length = ({ fromNs, toNs }: Span): number => toNs - fromNs;
  const loss = (counted: Counted): number | null => lossOf(counted, frame.planned.loop, length(before), length(during));
  const [earlier, meanwhile] = [intendedIn(view, context, before), intendedIn(view, context, during)];
  const routes = view.specs.map((spec, index): RouteImpact => {
    const [was, is] = [count(earlier, index), count(meanwhile, index)];
    const before = { offeredBefore: was.offered, goodBefore: was.good };
    const counted = { ...before, offeredDuring: is.offered, goodDuring: is.good };
    return { label: spec.label, touched: touches(view.stack, passed, planned, spec), ...counted, loss: loss(counted) };
  });
  const untouched = routes.filter(({ touched }) => !touched);
  const [first, ...others] = untouched;
  if (first === undefined) return { routes, radius: null, reason: 'no-untouched-route' };
  const radius = loss(others.reduce<Counted>(add, first));
  return { routes, radius, reason: radius === null ? 'too-few-calls' : null };
}
