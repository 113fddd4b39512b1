/**
 * The ledger of a mock: which call executed what, for counting effects exactly, and which calls its faults affected.
 *
 * It is asked of the mock itself, or, where the mock's process will end on purpose, kept in a file that outlives the
 * process: the mock writes each execution there before it answers. The file has no name, only a descriptor that each
 * incarnation inherits, so that nothing is left behind however the run ends.
 */
import {
  CONTROL_PATHS,
  faultHitLine,
  ledgerLine,
  readObject,
  truthLine,
  type TruthOutcome,
} from '../protocol/index.js';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EffectRow, FaultHitRow, LoggedCall } from '../record/index.js';
import { stateAt, textAt } from './server-counters.js';

const WITHIN_MS = 10_000;
/** A longer log of calls is not fetched: it would take seconds, and hundreds of megabytes. */
const MOST_LOGGED = 200_000;

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

/** The log of all calls that the mock at `mcpUrl` received; null when it is not whole, too long or out of reach. */
export async function loggedCalls(mcpUrl: string, monotonicEpochNs: bigint): Promise<readonly LoggedCall[] | null> {
  const truth = (await stateAt(new URL(CONTROL_PATHS.state, mcpUrl).href, WITHIN_MS))?.truth;
  if (truth === undefined || truth.dropped > 0 || truth.rows > MOST_LOGGED) return null;
  const text = await textAt(new URL(CONTROL_PATHS.truth, mcpUrl).href, WITHIN_MS);
  if (text === null) return null;
  const runTime = (ns: string | null): number => (ns === null ? NaN : Number(BigInt(ns) - monotonicEpochNs));
  return linesOf(text).flatMap((line) => {
    const row = readObject(truthLine, CONTROL_PATHS.truth, JSON.parse(line));
    const callId = callNumber(row.call);
    if (callId === null) return [];
    const served = !NOT_SERVED.has(row.outcome);
    return [
      {
        callId,
        receivedNs: runTime(row.receivedNs),
        startedNs: served ? runTime(row.virtualStartNs) : NaN,
        finishedNs: served ? runTime(row.actualFinishNs ?? row.virtualFinishNs) : NaN,
      },
    ];
  });
}

/** Ends of a call that never began to be served, whatever was planned for it. */
const NOT_SERVED: ReadonlySet<TruthOutcome> = new Set(['shed', 'hung', 'dropped']);

/** Calls of a run are numbered; whatever else names itself a call is none of it. */
function callNumber(call: string | null): number | null {
  const number = call === null || call === '' ? Number.NaN : Number(call);
  return Number.isInteger(number) ? number : null;
}
