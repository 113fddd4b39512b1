/** A fault inside a mock: put on and taken off over `/plimsoll/faults`, beside its MCP endpoint. */
import { z } from 'zod';
import type { MockFault } from '../../mock-servers/index.js';
import { monotonicNow } from '../clock/index.js';
import type { Edge, FaultActor } from './actor.js';

/** Longest wait for a mock's answer. It answers at once, also while its workers stand still. */
const LIMIT_MS = 5_000;

const status = z.object({ id: z.string(), looked: z.number(), affected: z.number() });
type Status = z.output<typeof status>;
const refusal = z.object({ problems: z.array(z.object({ what: z.string() })).min(1) });

/**
 * @param mcpUrl address of the mock's MCP endpoint.
 * @param label what the mock is to call the fault when it tells whom it struck: its own numbers begin anew with each
 *   process.
 */
export function mockActor(mcpUrl: string, fault: MockFault, label: string): FaultActor {
  const faults = new URL('/plimsoll/faults', mcpUrl).href;
  let id: string | null = null;
  return {
    set: async () => {
      const { status: put, ...edge } = await ask('POST', faults, { ...fault, label });
      ({ id } = put);
      return edge;
    },
    lift: async () => {
      if (id === null) throw new Error('the fault was never put on');
      const { status: last, ...edge } = await ask('DELETE', `${faults}/${id}`);
      return { ...edge, affected: { looked: last.looked, affected: last.affected } };
    },
  };
}

async function ask(
  method: 'POST' | 'DELETE',
  url: string,
  body?: MockFault,
): Promise<Edge & { readonly status: Status }> {
  const askedNs = monotonicNow();
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(LIMIT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const confirmedNs = monotonicNow();
  const answer: unknown = await response.json();
  if (!response.ok) {
    const said = refusal.safeParse(answer);
    throw new Error(
      `the mock refused: ${said.success ? said.data.problems.map(({ what }) => what).join('; ') : `HTTP ${response.status}`}`,
    );
  }
  return { askedNs, confirmedNs, status: status.parse(answer) };
}
