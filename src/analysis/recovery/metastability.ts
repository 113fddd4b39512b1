/** Whether goodput stayed low after its trigger was gone. */
import type { Calls } from '../../record/index.js';
import type { PhaseFrame } from '../calls/index.js';
import { backlogAt } from '../queue/index.js';
import type { Metastability, MetastabilityReason } from './after-fault-types.js';
import type { FaultContext, Span } from './context.js';
import { type Baseline, type Window, cut } from './windows.js';

/** Of the baseline's goodput: less is down. */
const DOWN_BELOW = 0.9;
/**
 * A backlog that shrank by more than this share over the last hold time, and by more than three standard deviations of
 * a count, was draining still.
 */
const DRAINED_SHARE = 0.1;
const SIGMAS = 3;

/** The rate that is held all over `span`, and until when it is held on; null when there is no such rate. */
export function heldRate(
  { stages, planned, scheduledEndNs }: PhaseFrame,
  { fromNs, toNs }: Span,
): { readonly perSecond: number; readonly untilNs: number } | null {
  if (planned.phase.load.kind !== 'stages') return null;
  const isAt =
    (perSecond: number) =>
    (stage: (typeof stages)[number]): boolean =>
      stage.planned.rampToPerSecond === undefined && stage.ratePerSecond === perSecond;
  const within = stages.filter((stage) => stage.fromNs <= toNs && stage.toNs > fromNs);
  const [first] = within;
  if (first === undefined || !within.every(isAt(first.ratePerSecond))) return null;
  const other = stages.find((stage) => stage.fromNs > toNs && !isAt(first.ratePerSecond)(stage));
  return { perSecond: first.ratePerSecond, untilNs: other?.fromNs ?? scheduledEndNs };
}

/** Whether the backlog of the fault may not have drained yet: then low goodput proves nothing. */
function mayBeDraining(
  { line, onNs, loadLinePerSecond, settings: { holdNs } }: FaultContext,
  clearNs: number,
  observedNs: number,
  offeredPerSecond: number,
): boolean {
  // Of the last stretch alone: a storm that settles at a smaller backlog than it began with has settled.
  const was = backlogAt(line, clearNs + Math.max(0, observedNs - holdNs));
  const shrunk = was - backlogAt(line, clearNs + observedNs);
  if (shrunk > Math.max(DRAINED_SHARE * was, SIGMAS * Math.sqrt(was))) return true;
  if (loadLinePerSecond === null) return false;
  // An outage of X at load rho drains in X rho / (1 - rho), even where the callers gave up.
  const rho = offeredPerSecond / loadLinePerSecond;
  return rho >= 1 || observedNs < ((clearNs - onNs) * rho) / (1 - rho);
}

/** Up, down, or neither because nothing was offered. */
const isUp = ({ goodShare }: Baseline, { offered, good }: Window): boolean | null =>
  offered === 0 ? null : good >= Math.floor(DOWN_BELOW * goodShare * offered + 1e-9);

/** The verdict on one fault. */
export function metastabilityOf(calls: Calls, context: FaultContext): Metastability {
  const { frame, baseline, settings, before, after, clearNs } = context;
  const { windowNs, holdNs } = settings;
  const judged: Metastability = {
    verdict: 'not-judged',
    reason: null,
    offeredPerSecond: null,
    baselinePerSecond: baseline?.goodputPerSecond ?? null,
    goodputPerSecond: null,
    observedNs: 0,
    recoveredAfterNs: null,
  };
  const refused = (reason: MetastabilityReason): Metastability => ({ ...judged, reason });
  if (clearNs === null || after === null) return refused('no-clear');
  if (frame.planned.loop === 'closed') return refused('closed-loop');
  if (baseline === null || before === null) return refused('no-baseline');
  const held = heldRate(frame, { fromNs: before.fromNs, toNs: clearNs });
  if (held === null) return refused('rate-changed');

  const windows = cut(calls, frame.all, clearNs, Math.min(after.toNs, held.untilNs), windowNs);
  const hold = Math.max(1, Math.ceil(holdNs / windowNs - 1e-9));
  const observedNs = windows.length * windowNs;
  const last = windows.slice(-hold);
  const seen: Metastability = {
    ...judged,
    offeredPerSecond: held.perSecond,
    goodputPerSecond:
      last.length === 0 ? null : (last.reduce((sum, { good }) => sum + good, 0) * 1e9) / (last.length * windowNs),
    observedNs,
  };
  if (windows.length < hold)
    return held.untilNs < after.toNs
      ? { ...seen, reason: 'rate-changed' }
      : { ...seen, verdict: 'censored', reason: 'too-short' };

  const up = windows.map((window) => isUp(baseline, window));
  const back = up.findIndex(
    (_, w) =>
      w + hold <= up.length &&
      up.slice(w, w + hold).every((each) => each !== false) &&
      up.slice(w, w + hold).includes(true),
  );
  if (back >= 0) return { ...seen, verdict: 'recovered', recoveredAfterNs: back * windowNs };
  const tail = up.slice(-hold);
  if (tail.includes(true) || !tail.includes(false)) return { ...seen, verdict: 'censored', reason: 'unsettled' };
  return mayBeDraining(context, clearNs, observedNs, held.perSecond)
    ? { ...seen, verdict: 'censored', reason: 'draining' }
    : { ...seen, verdict: 'metastable' };
}
