/**
 * The ledger of a mock: which call executed what, for counting effects exactly, and which calls its faults affected.
 *
 * It is asked of the mock itself, or, where the mock's process will end on purpose, kept in a file that outlives the
 * process: the mock writes each execution there before it answers. The file has no name, only a descriptor that each
 * incarnation inherits, so that nothing is left behind however the run ends.
 */
import { CONTROL_PATHS, faultHitLine, ledgerLine, readObject } from '../protocol/index.js';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EffectRow, FaultHitRow } from '../record/index.js';
import { textAt } from './server-counters.js';

const WITHIN_MS = 10_000;

/**
 * What a mock keeps of its effects and its fault hits, as lines. An unreachable mock (it died) gives none; the run's
 * events say why.
 */
export interface Ledger {
  /** All executions so far, except those of the preflight. */
  effects(monotonicEpochNs: bigint): Promise<readonly EffectRow[]>;
  /** All hits of its faults so far. */
  faultHits(monotonicEpochNs: bigint): Promise<readonly FaultHitRow[]>;
}

/** The ledger that the mock at `mcpUrl` holds in memory. */
export function askedLedger(mcpUrl: string): Ledger {
  const linesAt = async (path: string): Promise<readonly string[]> =>
    linesOf((await textAt(new URL(path, mcpUrl).href, WITHIN_MS)) ?? '');
  return {
    effects: async (epochNs) => effectRows(await linesAt(CONTROL_PATHS.ledger), epochNs),
    faultHits: async (epochNs) => faultHitRows(await linesAt(CONTROL_PATHS.faultHits), epochNs),
  };
}

/** A ledger that outlives the process that writes it. */
export interface KeptLedger extends Ledger {
  /** Open for appending; the child finds it where its parent put it among the inherited ones. */
  readonly fd: number;
  close(): Promise<void>;
}

/** A new, empty one. Rejects when the folder for temporary files can't be written. */
export async function keptLedger(): Promise<KeptLedger> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-ledger-'));
  const file = await open(join(folder, 'ledger'), 'a+');
  // The open file outlasts its name. Where a system refuses that (Windows), it goes when the ledger is closed.
  const nameless = await rm(folder, { recursive: true }).then(
    () => true,
    () => false,
  );
  let closed = false;
  // Both kinds of lines are written by the mock, each with its own first key.
  const lines = async (faultHits: boolean): Promise<readonly string[]> => {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    const written = linesOf(bytes.toString('utf8', 0, bytesRead));
    return written.filter((line) => line.startsWith('{"fault":') === faultHits);
  };
  return {
    fd: file.fd,
    effects: async (epochNs) => effectRows(await lines(false), epochNs),
    faultHits: async (epochNs) => faultHitRows(await lines(true), epochNs),
    close: async () => {
      if (closed) return;
      closed = true;
      await file.close();
      if (!nameless) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What follows the last line break is a line that its writer did not come to end: it did not happen. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}

function effectRows(lines: readonly string[], monotonicEpochNs: bigint): EffectRow[] {
  return lines.flatMap((line) => {
    const { call, tool, atNs } = readObject(ledgerLine, CONTROL_PATHS.ledger, JSON.parse(line));
    if (call?.startsWith('preflight') === true) return [];
    return [{ callId: callNumber(call), tool, atNs: Number(BigInt(atNs) - monotonicEpochNs) }];
  });
}

function faultHitRows(lines: readonly string[], monotonicEpochNs: bigint): FaultHitRow[] {
  return lines.map((line) => {
    const hit = readObject(faultHitLine, CONTROL_PATHS.faultHits, JSON.parse(line));
    const { fault, call, tool, receivedNs, atNs, afterLift } = hit;
    return {
      fault,
      callId: callNumber(call),
      tool,
      receivedNs: receivedNs === null ? null : Number(BigInt(receivedNs) - monotonicEpochNs),
      atNs: Number(BigInt(atNs) - monotonicEpochNs),
      afterLift,
    };
  });
}

/** Calls of a run are numbered; whatever else names itself a call is none of it. */
function callNumber(call: string | null): number | null {
  const number = call === null || call === '' ? Number.NaN : Number(call);
  return Number.isInteger(number) ? number : null;
}
