/** Reading the effect ledger of a mock: who executed what, for counting effects exactly. */
import { z } from 'zod';
import type { EffectRow } from '../record/index.js';

const ledgerRow = z.object({ call: z.string().nullish(), tool: z.string(), atNs: z.string() });

/**
 * All executions a mock at `mcpUrl` has kept, except those of the preflight.
 * An unreachable mock (it died) gives none; the run's events say why.
 */
export async function readLedger(mcpUrl: string, monotonicEpochNs: bigint): Promise<EffectRow[]> {
  let text: string;
  try {
    const response = await fetch(new URL('/plimsoll/ledger', mcpUrl), { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) return [];
    text = await response.text();
  } catch {
    return [];
  }
  const rows: EffectRow[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { call, tool, atNs } = ledgerRow.parse(JSON.parse(line));
    if (call?.startsWith('preflight') === true) continue;
    const callId = call === null || call === undefined ? Number.NaN : Number(call);
    rows.push({ callId: Number.isInteger(callId) ? callId : null, tool, atNs: Number(BigInt(atNs) - monotonicEpochNs) });
  }
  return rows;
}
