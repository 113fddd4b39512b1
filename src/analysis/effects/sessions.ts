/** Session survival: which of the client's sessions survived an event that can end them, and how. */
import { endsSessions } from '../../catalog/index.js';
import { outcomeCode, type RunEvent, type SampleColumns, type WorkRow } from '../../record/index.js';
import { gatewaysOnTheWay, servicesBehind, targetName, type Stack } from '../../scenario/index.js';
import type { FaultEdges } from '../recovery/index.js';
import type { EffectsInput } from './run.js';
import type { SessionSurvival } from './types.js';

type SessionEvent = Extract<RunEvent, { readonly type: 'session' }>;

/** Outcomes that only a call with a live session has: a result came, right or wrong. */
const RESULTS = new Set((['ok', 'semantic', 'tool'] as const).map(outcomeCode));

/** One for each such fault whose phase was run. */
export function sessionSurvivals({ record, plan, edges, frames }: EffectsInput): readonly SessionSurvival[] {
  const ending = edges.filter(({ planned }) => endsSessions(planned.type));
  const sessionEvents = record.events
    .filter((event): event is SessionEvent => event.type === 'session')
    .sort((a, b) => a.atNs - b.atNs);
  return ending.flatMap((edge) => {
    const frame = frames.find(({ planned }) => planned.index === edge.planned.phaseIndex);
    if (frame === undefined) return [];
    const later = ending.filter(
      (other) => other.planned.phaseIndex === edge.planned.phaseIndex && other.onNs > edge.onNs,
    );
    const untilNs = Math.min(frame.drainedNs, ...later.map(({ onNs }) => onNs));
    const counts = countSessions(edge, untilNs, sessionEvents, record.samples);
    const { before, transparent, reinitialised, unused } = counts;
    const known = before - unused;
    return [
      {
        fault: edge.planned.id,
        type: edge.planned.type,
        phase: frame.planned.name,
        fromNs: edge.onNs,
        untilNs,
        ...counts,
        transparentShare: known === 0 ? null : transparent / known,
        survivedShare: known === 0 ? null : (transparent + reinitialised) / known,
        ...stateOf(plan.scenario.stack, record.work, edge.onNs, untilNs, transparent),
      },
    ];
  });
}

type Counts = Pick<SessionSurvival, 'before' | 'transparent' | 'reinitialised' | 'lost' | 'unused'>;

function countSessions(
  { planned, onNs, offNs }: FaultEdges,
  untilNs: number,
  sessionEvents: readonly SessionEvent[],
  samples: SampleColumns,
): Counts {
  const open = new Set<number>();
  const lost = new Set<number>();
  const reopened = new Set<number>();
  for (const { atNs, session, edge } of sessionEvents) {
    const isOpen = edge === 'opened' || edge === 'reopened';
    if (atNs < onNs) {
      if (isOpen) open.add(session);
      else open.delete(session);
    } else if (atNs <= untilNs && edge !== 'closed') {
      if (edge === 'lost') lost.add(session);
      if (isOpen) reopened.add(session);
      else reopened.delete(session);
    }
  }
  // A call sent while the process is down says nothing about the session.
  const overNs = planned.type === 'session-loss' ? onNs : (offNs ?? onNs);
  const { called, answered } = after(overNs, untilNs, samples);
  const counts = { before: open.size, transparent: 0, reinitialised: 0, lost: 0, unused: 0 };
  for (const session of open) {
    if (lost.has(session)) counts[reopened.has(session) ? 'reinitialised' : 'lost']++;
    else if (answered.has(session)) counts.transparent++;
    else counts[called.has(session) ? 'lost' : 'unused']++;
  }
  return counts;
}

/** Sessions in which something was sent within a time, and those of them in which a result came to that. */
function after(
  fromNs: number,
  untilNs: number,
  samples: SampleColumns,
): { readonly called: ReadonlySet<number>; readonly answered: ReadonlySet<number> } {
  const called = new Set<number>();
  const answered = new Set<number>();
  for (let row = 0; row < samples.length; row++) {
    const sentNs = samples.sentNs[row] ?? NaN;
    if (!(sentNs >= fromNs && sentNs <= untilNs)) continue;
    const session = samples.session[row] ?? -1;
    called.add(session);
    if (RESULTS.has(samples.outcome[row] ?? 0)) answered.add(session);
  }
  return { called, answered };
}

/**
 * A session that continues at the mock itself kept its state. Behind a gateway a session may continue although the
 * upstream lost it: then the state was kept only if no upstream opened another session and none restarted.
 */
function stateOf(
  stack: Stack,
  work: readonly WorkRow[] | null,
  onNs: number,
  untilNs: number,
  transparent: number,
): Pick<SessionSurvival, 'statePreserved' | 'stateReason'> {
  const unknown = (stateReason: string) => ({ statePreserved: null, stateReason });
  const target = targetName(stack);
  const behind = target === null ? [] : servicesBehind(stack, target);
  if (target === null || behind.length === 0 || behind.some(({ kind }) => kind !== 'mock'))
    return unknown('only mocks report which sessions they hold');
  if (gatewaysOnTheWay(stack, target).length === 0) return { statePreserved: transparent, stateReason: null };
  if (work === null) return unknown('the number of sessions that the upstreams opened is not in the record');
  let opened = 0;
  for (const { name } of behind) {
    const rows = work.filter(({ service }) => service === name);
    const before = rows.findLast(({ atNs }) => atNs <= onNs);
    const later = rows.find(({ atNs }) => atNs >= untilNs) ?? rows.at(-1);
    if (before === undefined || later === undefined || later.atNs < onNs)
      return unknown(`"${name}" reported no session counts before and after the event`);
    if (before.incarnation !== later.incarnation)
      return unknown(`the process of "${name}" ended, and the sessions it held are unknown`);
    opened += later.sessionsOpened - before.sessionsOpened;
  }
  return opened === 0
    ? { statePreserved: transparent, stateReason: null }
    : unknown(
        `the upstreams opened ${opened} sessions after the last poll before the event; for which clients is unknown`,
      );
}
