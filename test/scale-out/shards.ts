/** The shards of a run as processes of this machine, and what their merged record is held against. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FILES, type RunEvent, type RunRecord } from '../../src/record/index.js';
import { start, type Started } from '../e2e/plimsoll.js';

export interface ShardsOrder {
  readonly scenario: string;
  readonly of: number;
  /** Folder for the records, in `shards/`, and for the rendezvous unless it is elsewhere. */
  readonly folder: string;
  readonly rendezvous?: string;
  /** Folder for the record of each shard, where it is elsewhere. */
  readonly out?: (index: number) => string;
  /** Of each shard, beyond that of the tests. */
  readonly environment?: (index: number) => Readonly<Record<string, string>>;
}

export const GROUP = 'g';

/** Starts `of` processes that make one run. */
export const startShards = ({ scenario, of, folder, rendezvous, out, environment }: ShardsOrder): readonly Started[] =>
  Array.from({ length: of }, (_, index) =>
    start(
      [
        ...['run', scenario, '--quiet', '--shard', `${index}/${of}`, '--group', GROUP],
        ...['--rendezvous', rendezvous ?? join(folder, 'meet'), '--out', out?.(index) ?? join(folder, 'shards')],
      ],
      environment?.(index) ?? {},
    ),
  );

/** Whether the first phase of a shard has begun, by the record that it writes below `folder`. */
export const isUnderLoad = (folder: string, index: number): boolean =>
  hasBegun(join(folder, 'shards', GROUP, `shard-${index}`));

/** Whether a phase has begun, by a record that is being written. */
export function hasBegun(dir: string): boolean {
  const path = join(dir, FILES.events);
  if (!existsSync(path)) return false;
  // The last line may still be on its way to the disk.
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines
    .map((line) => JSON.parse(line) as RunEvent)
    .some((event) => event.type === 'phase' && event.edge === 'start');
}

/** An arrival by what makes it: when it was to start, counted from its phase, and what was called. */
export interface Arrival {
  readonly phase: number;
  readonly sinceStartNs: number;
  readonly spec: number;
  /** Of the request, in steps above the smallest: who called is in it as well. */
  readonly size: number;
}

/**
 * Every arrival of a run, in order.
 * @param stepBytes by which the requests of different arguments differ.
 */
export function arrivalsOf({ samples, events }: RunRecord, stepBytes: number): readonly Arrival[] {
  const starts = new Map(
    events.flatMap((event) =>
      event.type === 'phase' && event.edge === 'start' ? [[event.phase, event.atNs] as const] : [],
    ),
  );
  const least = Math.min(...samples.bytesOut);
  return Array.from({ length: samples.length }, (_, row): Arrival => {
    const phase = samples.phase[row] ?? NaN;
    return {
      phase,
      sinceStartNs: (samples.intendedNs[row] ?? NaN) - (starts.get(phase) ?? NaN),
      spec: samples.spec[row] ?? NaN,
      size: Math.round(((samples.bytesOut[row] ?? NaN) - least) / stepBytes),
    };
  }).sort((a, b) => a.phase - b.phase || a.sinceStartNs - b.sinceStartNs);
}
