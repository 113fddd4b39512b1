/** The return after an upstream has lost its sessions: at once, after some failed calls, or never. */
import { endsSessions } from '../../catalog/index.js';
import { outcomeCode } from '../../record/index.js';
import { servicesBehind, type CallSpec, type Scenario } from '../../scenario/index.js';
import { failureKinds } from './errors.js';
import type { GatewayInput } from './run.js';
import type { Return } from './types.js';

const OK = outcomeCode('ok');
const FEWEST_ATTEMPTS = 3;

/**
 * One for each fault that ends sessions, of the attempts that were sent after it was over: of those that need what lost
 * them, as calls to other upstreams, and a list that a gateway remembers, are well without.
 */
export function returnsOf({ record: { samples }, plan, edges, frames }: GatewayInput): readonly Return[] {
  const ending = edges.filter(({ planned }) => endsSessions(planned.type));
  return ending.flatMap(({ planned, onNs, offNs }): readonly Return[] => {
    const frame = frames.find((each) => each.planned.index === planned.phaseIndex);
    if (frame === undefined) return [];
    // A session that is lost is lost from the onset on; a process that is down comes back at the end.
    const overNs = planned.type === 'session-loss' ? onNs : (offNs ?? onNs);
    const next = ending.filter((other) => other.onNs > onNs).map((other) => other.onNs - other.onUncertaintyNs);
    const untilNs = Math.min(frame.drainedNs, ...next);
    const concerned = specsFor(plan.scenario, planned.on);
    const rows: number[] = [];
    for (let row = 0; row < samples.length; row++) {
      const sentNs = samples.sentNs[row] ?? NaN;
      // What was under way when sessions were ended again may have failed of that.
      const isBefore = (samples.doneNs[row] ?? NaN) < untilNs || untilNs === frame.drainedNs;
      if (sentNs >= overNs && sentNs < untilNs && isBefore && concerned.has(samples.spec[row] ?? 0)) rows.push(row);
    }
    rows.sort((a, b) => (samples.sentNs[a] ?? 0) - (samples.sentNs[b] ?? 0));
    const sessions = new Set<number>();
    const recovered = new Set<number>();
    const counts = { failedBeforeOk: 0, failed: 0, attempts: rows.length, lastFailureNs: 0 };
    const failed: number[] = [];
    for (const row of rows) {
      const session = samples.session[row] ?? -1;
      sessions.add(session);
      if (samples.outcome[row] === OK) {
        recovered.add(session);
        continue;
      }
      counts.failed++;
      failed.push(row);
      if (!recovered.has(session)) counts.failedBeforeOk++;
      counts.lastFailureNs = Math.max(counts.lastFailureNs, (samples.doneNs[row] ?? overNs) - overNs);
    }
    const kind =
      rows.length < FEWEST_ATTEMPTS
        ? 'unknown'
        : recovered.size === 0
          ? 'never'
          : counts.failed === 0
            ? 'at-once'
            : 'after-failures';
    const { id: fault, type } = planned;
    const ofSessions = { recoveredSessions: recovered.size, sessions: sessions.size };
    const seen = failureKinds(samples, failed);
    return [{ fault, type, phase: frame.planned.name, kind, ...counts, ...ofSessions, seen }];
  });
}

/** The calls that may reach a service, by their places in the list: of tools, where there are such. */
function specsFor({ calls, stack }: Scenario, service: string): ReadonlySet<number> {
  const reaches = (from: string, to: string): boolean => servicesBehind(stack, from).some(({ name }) => name === to);
  const isFor = (call: CallSpec): boolean => {
    const upstream = call.operation === 'tools/call' ? call.upstream : undefined;
    if (upstream === undefined || upstream === service) return true;
    return reaches(service, upstream) || reaches(upstream, service);
  };
  const found = calls.flatMap((call, index) => (isFor(call) ? [{ call, index }] : []));
  const ofTools = found.filter(({ call }) => call.operation === 'tools/call');
  return new Set((ofTools.length > 0 ? ofTools : found).map(({ index }) => index));
}
