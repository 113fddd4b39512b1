/**
 * The effect ledger of a mock: who executed what, for counting effects exactly.
 *
 * It is asked of the mock itself, or, where the mock's process will end on purpose, kept in a file that outlives the process: the
 * mock writes each execution there before it answers. The file has no name, only a descriptor that each life inherits, so that
 * nothing is left behind however the run ends.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { EffectRow } from '../record/index.js';

const ledgerRow = z.object({ call: z.string().nullish(), tool: z.string(), atNs: z.string() });

/**
 * All executions a mock at `mcpUrl` has kept, except those of the preflight.
 * An unreachable mock (it died) gives none; the run's events say why.
 */
export async function readLedger(mcpUrl: string, monotonicEpochNs: bigint): Promise<EffectRow[]> {
  try {
    const response = await fetch(new URL('/plimsoll/ledger', mcpUrl), { signal: AbortSignal.timeout(10_000) });
    return response.ok ? effectRows(await response.text(), monotonicEpochNs) : [];
  } catch {
    return [];
  }
}

/** A ledger that outlives the process that writes it. */
export interface KeptLedger {
  /** Open for appending; the child finds it where its parent put it among the inherited ones. */
  readonly fd: number;
  /** All executions so far, except those of the preflight. */
  read(monotonicEpochNs: bigint): Promise<EffectRow[]>;
  close(): Promise<void>;
}

/** A new, empty one. Rejects when the folder for temporary files can't be written. */
export async function keptLedger(): Promise<KeptLedger> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-ledger-'));
  const file = await open(join(folder, 'ledger'), 'a+');
  // The open file lives on without its name. Where a system refuses that (Windows), it goes when the ledger is closed.
  const nameless = await rm(folder, { recursive: true }).then(() => true, () => false);
  let closed = false;
  return {
    fd: file.fd,
    read: async (epochNs) => {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(size);
      const { bytesRead } = await file.read(bytes, 0, size, 0);
      return effectRows(bytes.toString('utf8', 0, bytesRead), epochNs);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await file.close();
      if (!nameless) await rm(folder, { recursive: true, force: true });
    },
  };
}

function effectRows(text: string, monotonicEpochNs: bigint): EffectRow[] {
  const rows: EffectRow[] = [];
  // What follows the last line break is a line that its writer did not live to end, and so an effect that was not executed.
  for (const line of text.split('\n').slice(0, -1)) {
    const { call, tool, atNs } = ledgerRow.parse(JSON.parse(line));
    if (call?.startsWith('preflight') === true) continue;
    const callId = call === null || call === undefined ? Number.NaN : Number(call);
    rows.push({ callId: Number.isInteger(callId) ? callId : null, tool, atNs: Number(BigInt(atNs) - monotonicEpochNs) });
  }
  return rows;
}
