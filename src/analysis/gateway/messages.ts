/** Upstream messages per call: everything that mocks received while the load ran. */
import type { WorkRow } from '../../record/index.js';
import type { GatewayInput } from './run.js';
import type { UpstreamMessages } from './types.js';

const EXECUTION = 'tools/call';

export function messagesOf({ record, plan }: GatewayInput): UpstreamMessages | null {
  const rows = record.work?.filter(({ messages }) => messages !== undefined) ?? [];
  if (rows.length === 0) return null;
  const names = [...new Set(rows.map(({ service }) => service))];
  const found = names.map((service) => ({ service, ...sinceBegin(rows.filter((row) => row.service === service)) }));
  const counts = new Map<string, number>();
  for (const { byMethod } of found)
    for (const [method, count] of byMethod) counts.set(method, (counts.get(method) ?? 0) + count);
  const { samples } = record;
  let calls = 0;
  let lists = 0;
  for (let row = 0; row < samples.length; row++) {
    if (Number.isNaN(samples.sentNs[row] ?? NaN)) continue;
    const operation = plan.scenario.calls[samples.spec[row] ?? 0]?.operation;
    if (operation === EXECUTION) calls++;
    else if (operation === 'tools/list') lists++;
  }
  const per = (count: number): number | null => (calls === 0 ? null : count / calls);
  const byService = found.map(({ service, byMethod }) => ({
    service,
    messages: sumOf(byMethod.values()),
    executions: byMethod.get(EXECUTION) ?? 0,
  }));
  const bystanders = byService.filter(({ executions }) => executions === 0);
  const messages = sumOf(counts.values());
  return {
    calls,
    lists,
    messages,
    perCall: per(messages),
    byMethod: [...counts]
      .filter(([, count]) => count > 0)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .map(([method, count]) => ({ method, count, perCall: per(count) })),
    byService,
    bystanderPerCall:
      bystanders.length === 0 || bystanders.length === byService.length
        ? null
        : per(sumOf(bystanders.map((each) => each.messages))),
    complete: found.every((each) => each.complete),
  };
}

const sumOf = (numbers: Iterable<number>): number => [...numbers].reduce((sum, each) => sum + each, 0);

/** What one mock received since the load began, over all its processes. */
function sinceBegin(own: readonly WorkRow[]): {
  readonly byMethod: ReadonlyMap<string, number>;
  readonly complete: boolean;
} {
  const byMethod = new Map<string, number>();
  const incarnations = [...new Set(own.map(({ incarnation }) => incarnation))];
  let complete = incarnations.length === Math.max(...incarnations) + 1;
  for (const incarnation of incarnations) {
    const polls = own.filter((row) => row.incarnation === incarnation);
    const [first, end] = [polls[0], polls.at(-1)];
    if (end?.when !== 'end' && end?.when !== 'leaving') complete = false;
    const before = first?.when === 'begin' ? first.messages : undefined;
    for (const [method, count] of Object.entries(end?.messages ?? {}))
      byMethod.set(method, (byMethod.get(method) ?? 0) + count - (before?.[method] ?? 0));
  }
  return { byMethod, complete };
}
