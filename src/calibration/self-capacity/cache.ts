/**
 * The last measurement of this machine, kept in the user's cache folder (XDG Base Directory Specification) for as long
 * as it is worth something.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { duration } from '../../format/index.js';
import { captureMachine, type Machine } from '../../envelope/index.js';
import { messageOf } from '../../problem/index.js';
import type { GeneratorSettings } from '../../scenario/index.js';

/** What was measured. */
export interface KeptCapacity {
  /** Highest rate offered with a schedule lag p99 under 1 ms; null when the lowest tried was not. */
  readonly heldPerSecond: number | null;
  /** Lowest rate above it that was tried and not held; null when all were. */
  readonly notHeldPerSecond: number | null;
  readonly measuredUtc: string;
  /** Others took CPU time just before: it says what the machine can do while they do. */
  readonly disturbed: boolean;
}

/** Kernels, neighbours and firmware change, and what disturbs a machine changes sooner. */
const WORTH_MS = 7 * 24 * 3_600_000;
const WORTH_DISTURBED_MS = 3_600_000;

const SCHEMA = 'plimsoll/self-capacity-v1';
const rate = z.number().positive();
const ours = z.looseObject({ schema: z.literal(SCHEMA) });
const keptCapacity = z.object({
  heldPerSecond: rate.nullable(),
  notHeldPerSecond: rate.nullable(),
  measuredUtc: z.iso.datetime(),
  disturbed: z.boolean().default(false),
});

/**
 * What a measurement speaks for: this kind of machine, as much of it as we may use, this Node.js, this version, this
 * way to wait, so many threads.
 */
export interface MeasuredSetup {
  readonly plimsollVersion: string;
  readonly pacing: GeneratorSettings['pacing'];
  readonly workers: number;
}

/** Where measurements of a setup on this machine are kept. */
export async function keptPath(
  setup: MeasuredSetup,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const cache = environment['XDG_CACHE_HOME'];
  const folder = cache !== undefined && isAbsolute(cache) ? cache : join(homedir(), '.cache');
  return join(folder, 'plimsoll', `self-capacity-${keyOf(await captureMachine(), setup)}.json`);
}

/** `3.00 h ago`. */
export function agoWords({ measuredUtc }: Pick<KeptCapacity, 'measuredUtc'>): string {
  return `${duration(Math.max(0, Date.now() - Date.parse(measuredUtc)) * 1e6)} ago`;
}

function keyOf({ host, limits }: Machine, { plimsollVersion, pacing, workers }: MeasuredSetup): string {
  const facts = [host.cpuModel, host.cpuSockets, host.cpuCores, host.cpuThreads, host.affinity, limits.cpuQuota].map(
    ({ value }) => value,
  );
  return createHash('sha256')
    .update(JSON.stringify([...facts, process.versions.node, plimsollVersion, pacing, workers]))
    .digest('hex')
    .slice(0, 16);
}

/**
 * The measurement, when there is one of the last week, or of the last hour if something disturbed it. A file that is
 * not one of ours counts as none.
 */
export async function readKept(path: string, nowMs: number): Promise<KeptCapacity | null> {
  try {
    const kept = keptCapacity.parse(ours.parse(JSON.parse(await readFile(path, 'utf8'))));
    const ageMs = nowMs - Date.parse(kept.measuredUtc);
    return ageMs >= 0 && ageMs < (kept.disturbed ? WORTH_DISTURBED_MS : WORTH_MS) ? kept : null;
  } catch {
    return null;
  }
}

/**
 * Keeps a measurement; one of a disturbed machine never takes the place of one of the quiet machine. Never rejects: the
 * reason why it was not kept is returned.
 */
export async function keep(path: string, measured: KeptCapacity): Promise<string | null> {
  const earlier = measured.disturbed ? await readKept(path, Date.parse(measured.measuredUtc)) : null;
  if (earlier?.disturbed === false) return `what the quiet machine held ${agoWords(earlier)} stays`;
  // Two runs may end at once: each replaces the file whole.
  const unfinished = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, `${JSON.stringify({ schema: SCHEMA, ...measured })}\n`);
    await rename(unfinished, path);
    return null;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
