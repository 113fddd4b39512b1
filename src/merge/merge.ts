/** Writes the record of a run from the records of its shards. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parsedOrUndefined } from '../protocol/index.js';
import {
  FILES,
  assembleRecord,
  concatSamples,
  partRows,
  partText,
  sumHistogramLogs,
  type RecordRows,
  type ResourceRow,
  type RunFile,
  type ShardResult,
  type ShardsFile,
} from '../record/index.js';
import { mergedEnvelope } from './envelope.js';
import { shardParts, type ShardPart } from './parts.js';
import { mergedEvents, mergedResources, mergedWorkers, moved, type Moved } from './rows.js';
import { healthSeconds, machineSeconds, seriesSeconds, withHealth } from './seconds.js';

export interface MergeOrder {
  /** Folders of records, or folders that hold them. */
  readonly folders: readonly string[];
  /** Folder that the record is made in. */
  readonly parentFolder: string;
  /** Its name there; by time, scenario and id unless given. */
  readonly folder?: string;
}

/** What only the process that owns the stack writes down. */
const OF_FIRST = [
  FILES.scenario,
  FILES.gateways,
  FILES.faultHits,
  FILES.tools,
  FILES.work,
  FILES.upstreamCalls,
  FILES.toolLists,
  FILES.serverMetrics,
] as const;
/** What is kept of each shard as it was. */
const OF_EACH = [FILES.run, FILES.shard, FILES.envelope, FILES.manifest] as const;

/**
 * @returns the run directory.
 * @throws ProblemError: `bad-input` for what is no set of shards, `invalid` for a run that is not whole or whose clocks
 *   are not known, `output` where the disk does not take the record.
 */
export async function mergeShards({ folders, parentFolder, folder }: MergeOrder): Promise<string> {
  const parts = await shardParts(folders);
  const [first] = parts;
  const run = mergedHeader(parts);
  const record = assembleRecord(parentFolder, run, folder);
  for (const file of OF_FIRST) await record.copy(first, file);
  await record.copyFolder(first, FILES.logs);
  await record.copyFolder(first, FILES.serviceFiles);
  const envelopes: unknown[] = [];
  for (const part of parts) {
    const own = `shards/${part.shard.index}`;
    for (const file of OF_EACH) await record.copy(part, file, `${own}/${file}`);
    if (part !== first) await record.copyFolder(part, FILES.logs, `${own}/${FILES.logs}`);
    envelopes.push(parsedOrUndefined((await partText(part, FILES.envelope)) ?? ''));
  }
  record.json(FILES.envelope, mergedEnvelope(envelopes, run));

  const health = healthSeconds();
  const series = seriesSeconds();
  const machine = machineSeconds();
  for (const [k, part] of parts.entries()) {
    health.add(moved(await partRows(part, FILES.health), shiftAt(part)));
    series.add(await partRows(part, FILES.series));
    const isFirstThere = parts.findIndex(({ shard }) => shard.machine === part.shard.machine) === k;
    if (isFirstThere) machine.add(moved(await partRows(part, FILES.machine), shiftAt(part)));
  }
  record.rows(FILES.health, health.inOrder());
  record.rows(FILES.series, withHealth(series.inOrder(), health.inOrder()));
  record.rows(FILES.machine, machine.inOrder());
  record.rows(FILES.events, mergedEvents(await rowsOf(parts, FILES.events)));
  record.rows(FILES.resources, mergedResources(await rowsOf(parts, FILES.resources)));
  record.rows(FILES.workers, mergedWorkers(await rowsOf(parts, FILES.workers)));
  await record.append(parts, FILES.effects);

  record.text(FILES.histograms, await summedHistograms(parts));
  const shards: ShardResult[] = [];
  for (const part of parts) shards.push(await resultOf(part));
  const file: ShardsFile = { schema: 'plimsoll/shards-v1', group: first.shard.group, shards };
  record.json(FILES.shards, file);
  const samples = await concatSamples(
    join(record.dir, FILES.samples),
    parts.map(({ dir, shard, shiftsNs }) => ({ path: join(dir, FILES.samples), shard: shard.index, shiftsNs })),
    run,
  );
  await record.seal('complete', samples);
  return record.dir;
}

/** Shard 0's, under an id that follows from those of all shards. */
function mergedHeader(parts: readonly [ShardPart, ...ShardPart[]]): RunFile {
  const ids = parts.map(({ run }) => run.runId).join(' ');
  return { ...parts[0].run, runId: createHash('sha256').update(ids).digest('hex').slice(0, 12) };
}

/** The shift at a moment of a shard: that of the phase which was under way, or came last. */
function shiftAt({ shard, shiftsNs }: ShardPart): (atNs: number) => number {
  return (atNs) => {
    const start = shard.starts.findLast(({ startNs }) => startNs <= atNs);
    return start === undefined ? 0 : (shiftsNs.get(start.phase) ?? 0);
  };
}

type Timed = { readonly [Name in keyof RecordRows]: RecordRows[Name] extends { readonly atNs: number } ? Name : never };

async function rowsOf<Name extends Timed[keyof RecordRows]>(
  parts: readonly ShardPart[],
  name: Name,
): Promise<readonly Moved<RecordRows[Name]>[]> {
  const all: Moved<RecordRows[Name]>[] = [];
  for (const part of parts)
    all.push({ shard: part.shard.index, rows: moved(await partRows(part, name), shiftAt(part)) });
  return all;
}

/** So many logs are in memory at once. */
const LOGS_AT_ONCE = 16;

async function summedHistograms(parts: readonly ShardPart[]): Promise<string> {
  let sum: readonly string[] = [];
  for (let from = 0; from < parts.length; from += LOGS_AT_ONCE) {
    const some = parts.slice(from, from + LOGS_AT_ONCE);
    const logs = await Promise.all(some.map(async (part) => (await partText(part, FILES.histograms)) ?? ''));
    sum = [await sumHistogramLogs([...sum, ...logs])];
  }
  return sum.join('');
}

async function resultOf(part: ShardPart): Promise<ShardResult> {
  const { shard, run, manifest, driftPpm, shiftsNs, uncertaintyNs } = part;
  const series = await partRows(part, FILES.series);
  const health = await partRows(part, FILES.health);
  const lags = health.flatMap(({ lagP99Ns }) => (lagP99Ns === null ? [] : [lagP99Ns]));
  const events = await partRows(part, FILES.events);
  const phases = events.flatMap((event) => (event.type === 'phase' ? [event.atNs] : []));
  return {
    index: shard.index,
    runId: run.runId,
    host: shard.host,
    machine: shard.machine,
    samples: manifest.samples,
    offered: series.reduce((sum, { offered }) => sum + offered, 0),
    ok: series.reduce((sum, { outcomes }) => sum + (outcomes.ok ?? 0), 0),
    lagP99MaxNs: lags.length === 0 ? null : Math.max(...lags),
    cpuNs: cpuNs(await partRows(part, FILES.resources), Math.min(...phases), Math.max(...phases)),
    clock: shard.clock,
    driftPpm,
    shifts: [...shiftsNs].map(([phase, shiftNs]) => ({ phase, shiftNs })),
    uncertaintyNs,
  };
}

const GENERATOR = 'plimsoll';

/** CPU time of the generator between the polls that enclose the phases most closely. */
function cpuNs(rows: readonly ResourceRow[], fromNs: number, toNs: number): number | null {
  const polls = rows.flatMap(({ process, atNs, cpuUserS, cpuSystemS }) =>
    process === GENERATOR && cpuUserS !== null && cpuSystemS !== null ? [{ atNs, s: cpuUserS + cpuSystemS }] : [],
  );
  const begin = polls.findLast(({ atNs }) => atNs <= fromNs) ?? polls[0];
  const end = polls.find(({ atNs }) => atNs >= toNs) ?? polls.at(-1);
  return begin === undefined || end === undefined || begin === end ? null : Math.round((end.s - begin.s) * 1e9);
}
