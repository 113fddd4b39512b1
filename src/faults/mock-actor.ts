/** A fault inside a mock: set and lifted over its control API. */
import { monotonicNow } from '../clock/index.js';
import {
  CONTROL_PATHS,
  faultCounts,
  readObject,
  refusalReasons,
  type MockFault,
  type ObjectOf,
} from '../protocol/index.js';
import type { Edge, FaultActor } from './edge.js';

/** Longest wait for a mock's answer. It answers at once, also while its workers are stalled. */
const LIMIT_MS = 5_000;

/**
 * @param mcpUrl address of the mock's MCP endpoint.
 * @param label the fault's name in the mock's list of affected calls: the mock's own numbers begin anew with each
 *   process.
 */
export function mockActor(mcpUrl: string, fault: MockFault, label: string): FaultActor {
  const faults = new URL(CONTROL_PATHS.faults, mcpUrl).href;
  let id: string | null = null;
  return {
    set: async () => {
      const { counts, ...edge } = await request('POST', faults, { ...fault, label });
      ({ id } = counts);
      return edge;
    },
    lift: async () => {
      if (id === null) throw new Error('the fault was never set');
      const { counts, ...edge } = await request('DELETE', `${faults}/${id}`);
      return { ...edge, affected: { eligible: counts.eligible, affected: counts.affected } };
    },
  };
}

async function request(
  method: 'POST' | 'DELETE',
  url: string,
  body?: MockFault,
): Promise<Edge & { readonly counts: ObjectOf<typeof faultCounts> }> {
  const askedNs = monotonicNow();
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(LIMIT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const confirmedNs = monotonicNow();
  const answer: unknown = await response.json();
  if (!response.ok)
    throw new Error(`the mock refused: ${refusalReasons(answer)?.join('; ') ?? `HTTP ${response.status}`}`);
  return { askedNs, confirmedNs, counts: readObject(faultCounts, `${method} ${CONTROL_PATHS.faults}`, answer) };
}
