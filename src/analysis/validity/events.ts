/** Whether what was planned around the load happened: faults on and off, services and fault engine alive. */
import { duration } from '../../format/index.js';
import { faultEvent } from '../recovery/index.js';
import type { Evidence } from './evidence.js';
import type { ValidityReason } from './types.js';

/** Reasons found among the events. */
export function eventReasons(evidence: Evidence): readonly ValidityReason[] {
  return [...faultReasons(evidence), ...lifeReasons(evidence)];
}

function faultReasons({ plan, phases, events, status }: Evidence): readonly ValidityReason[] {
  const reasons: ValidityReason[] = [];
  for (const fault of plan.faults) {
    const remedy =
      fault.place === 'link'
        ? 'see whether the fault engine was alive and the link existed; the log is in the run directory'
        : `see whether service "${fault.on}" was alive and came up again; its log is in the run directory`;
    const phase = phases.find(({ frame }) => frame.planned.index === fault.phaseIndex);
    if (phase === undefined) continue;
    for (const edge of fault.forNs === null ? (['on'] as const) : (['on', 'off'] as const)) {
      const event = faultEvent(events, fault, edge);
      // An edge that a broken-off run never came to is covered by the reason why it broke off.
      if (event === undefined && (status !== 'complete' || !phase.frame.ended)) continue;
      if (event !== undefined && event.confirmedNs !== null) continue;
      reasons.push({
        code: 'fault-not-confirmed',
        severity: 'invalid',
        phase: phase.summary.name,
        what: `fault "${fault.id}" was never confirmed ${edge}${event?.error === undefined ? '' : `: ${event.error}`}`,
        remedy,
      });
    }
  }
  return reasons;
}

function lifeReasons({ events, phases }: Evidence): readonly ValidityReason[] {
  const phaseAt = (atNs: number): string | null =>
    phases.find(({ frame }) => atNs >= frame.startNs && atNs <= frame.drainedNs)?.summary.name ?? null;
  const reasons: ValidityReason[] = [];
  for (const event of events) {
    if (event.type === 'engine' && (event.edge === 'died' || event.edge === 'wedged')) {
      const detail = event.detail === undefined ? '' : ` (${event.detail})`;
      const how = event.edge === 'died' ? 'ended' : 'stopped answering';
      reasons.push({
        code: event.edge === 'died' ? 'fault-engine-died' : 'fault-proxy-wedged',
        severity: 'invalid',
        phase: phaseAt(event.atNs),
        what:
          `the fault engine ${how} ${duration(event.atNs)} into the run${detail}: ` +
          `${inconclusiveFrom(event.atNs, phases)}`,
        remedy:
          'from then on a failure may come from the proxy and not from the target: run again, with the ' +
          'embedded engine if this was another',
      });
    } else if (event.type === 'service' && event.edge === 'exited' && event.unexpected === true) {
      const how = event.signal != null ? `signal ${event.signal}` : `exit code ${event.exitCode ?? 'unknown'}`;
      reasons.push({
        code: 'service-died',
        severity: 'invalid',
        phase: phaseAt(event.atNs),
        what: `service "${event.service}" ended by itself (${how})`,
        remedy: 'read its log in the run directory; numbers after that moment describe a stack without it',
      });
    }
  }
  return reasons;
}

/** Which numbers say nothing of the target once the proxy in front of it can't be trusted. */
function inconclusiveFrom(atNs: number, phases: Evidence['phases']): string {
  const named = phases
    .filter(({ frame }) => frame.drainedNs > atNs)
    .map(({ frame, summary }) => `${frame.startNs < atNs ? 'the rest of ' : ''}phase "${summary.name}"`);
  if (named.length === 0) return 'no phase was under way or came after';
  const last = named.pop() ?? '';
  return named.length === 0 ? `${last} is inconclusive` : `${named.join(', ')} and ${last} are inconclusive`;
}
