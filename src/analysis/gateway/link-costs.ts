/** What latency of a link behind a gateway costs a call: once for each message that waits for the one before. */
import { outcomeCode } from '../../record/index.js';
import { median } from '../statistics/index.js';
import type { GatewayInput } from './run.js';
import type { LinkCost } from './types.js';

const OK = outcomeCode('ok');
const FEWEST_CALLS = 3;

/** One for each fault that made a link slow, of the calls of tools that began and ended while it was active. */
export function linkCostsOf({ record: { samples }, plan, edges, frames }: GatewayInput): readonly LinkCost[] {
  return edges.flatMap(({ planned, onNs, offNs }): readonly LinkCost[] => {
    const frame = frames.find((each) => each.planned.index === planned.phaseIndex);
    if (frame === undefined || planned.place !== 'link' || planned.action.kind !== 'toxic') return [];
    const { type, attributes } = planned.action.toxic;
    const latencyNs = (attributes['latency'] ?? 0) * 1e6;
    if (type !== 'latency' || !(latencyNs > 0)) return [];
    const untilNs = offNs ?? frame.drainedNs;
    const before: number[] = [];
    const during: number[] = [];
    for (let row = 0; row < samples.length; row++) {
      const runsTool = plan.scenario.calls[samples.spec[row] ?? 0]?.operation === 'tools/call';
      const [sentNs, doneNs] = [samples.sentNs[row] ?? NaN, samples.doneNs[row] ?? NaN];
      if (!runsTool || samples.outcome[row] !== OK) continue;
      if (sentNs >= frame.startNs && doneNs < onNs) before.push(doneNs - sentNs);
      else if (sentNs >= onNs && doneNs <= untilNs) during.push(doneNs - sentNs);
    }
    const isKnown = before.length >= FEWEST_CALLS && during.length >= FEWEST_CALLS;
    return [
      {
        ...{ fault: planned.id, link: planned.on, phase: frame.planned.name, latencyNs, calls: during.length },
        longestNs: during.length === 0 ? null : Math.max(...during),
        roundTrips: isKnown ? (median(during) - median(before)) / latencyNs : null,
      },
    ];
  });
}
