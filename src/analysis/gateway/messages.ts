/** Upstream messages per call: everything that mocks received while the load ran. */
import type { GatewayInput } from './run.js';
import type { UpstreamMessages } from './types.js';

export function messagesOf({ record, plan }: GatewayInput): UpstreamMessages | null {
  const rows = record.work?.filter(({ messages }) => messages !== undefined) ?? [];
  if (rows.length === 0) return null;
  const counts = new Map<string, number>();
  let complete = true;
  for (const service of new Set(rows.map((row) => row.service))) {
    const own = rows.filter((row) => row.service === service);
    const incarnations = [...new Set(own.map(({ incarnation }) => incarnation))];
    const last = Math.max(...incarnations);
    if (incarnations.length !== last + 1) complete = false;
    for (const incarnation of incarnations) {
      const polls = own.filter((row) => row.incarnation === incarnation);
      const [first, end] = [polls[0], polls.at(-1)];
      if (end?.when !== 'end' && end?.when !== 'leaving') complete = false;
      const before = first?.when === 'begin' ? first.messages : undefined;
      for (const [method, count] of Object.entries(end?.messages ?? {}))
        counts.set(method, (counts.get(method) ?? 0) + count - (before?.[method] ?? 0));
    }
  }
  const { samples } = record;
  let calls = 0;
  for (let row = 0; row < samples.length; row++) {
    const runsTool = plan.scenario.calls[samples.spec[row] ?? 0]?.operation === 'tools/call';
    if (runsTool && !Number.isNaN(samples.sentNs[row] ?? NaN)) calls++;
  }
  const per = (count: number): number | null => (calls === 0 ? null : count / calls);
  const byMethod = [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([method, count]) => ({ method, count, perCall: per(count) }));
  const messages = byMethod.reduce((sum, { count }) => sum + count, 0);
  return { calls, messages, perCall: per(messages), byMethod, complete };
}
