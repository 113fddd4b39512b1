/** shard.json: which part of a run a record holds, and what is known of its clock; shards.json, of a merged run. */
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import { MOST_SHARDS } from './shard-calls.js';

/** One reading of the own clock against that of shard 0, in the time of the run. */
export interface ClockReading {
  readonly when: 'before' | 'start' | 'after';
  readonly atNs: number;
  /** Clock of shard 0 less own clock. 0 before the first phase: the run's time is set by that reading. */
  readonly offsetNs: number;
  /** The offset is off by this at most. */
  readonly uncertaintyNs: number;
  readonly roundTripNs: number;
  /** Exchanges of which it is the one with the shortest round trip. */
  readonly exchanges: number;
}

/** The start of a phase that all shards began together. */
export interface ShardStart {
  readonly phase: number;
  /** By the clock of shard 0: the same in every shard. */
  readonly plannedNs: number;
  /** The same moment by the own clock. */
  readonly startNs: number;
}

/** `shard.json`: only a shard of a run has it. */
export interface ShardFile {
  readonly schema: 'plimsoll/shard-v1';
  readonly index: number;
  readonly of: number;
  /** The name of the run that its shards gave. */
  readonly group: string;
  readonly host: string;
  /** Identity of the machine: shards that have the same one share it. */
  readonly machine: string;
  readonly clock: readonly ClockReading[];
  readonly starts: readonly ShardStart[];
}

/** What a shard did, as far as its record says so. */
export interface ShardResult {
  readonly index: number;
  readonly runId: string;
  readonly host: string;
  readonly machine: string;
  /** Attempts in its record. */
  readonly samples: number;
  /** Logical calls intended, and those that ended `ok`. */
  readonly offered: number;
  readonly ok: number;
  /** Largest p99 of the schedule lag in any second; null without sends. */
  readonly lagP99MaxNs: number | null;
  /** CPU time of its process while the phases lasted; null where it was not read. */
  readonly cpuNs: number | null;
  readonly clock: readonly ClockReading[];
  /** Parts per million that its clock gains on that of shard 0; null where the readings leave open whether it does. */
  readonly driftPpm: number | null;
  /** Times of its record are moved by so much in each phase, to those of shard 0. */
  readonly shifts: readonly { readonly phase: number; readonly shiftNs: number }[];
  /** Its times are off against those of shard 0 by this at most. */
  readonly uncertaintyNs: number;
}

/** `shards.json`: only a merged run has it. */
export interface ShardsFile {
  readonly schema: 'plimsoll/shards-v1';
  readonly group: string;
  /** In order of their index. */
  readonly shards: readonly ShardResult[];
}

/** The content of shard.json; null when there is none, or it is not one. */
export function shardFileOf(text: string | null): ShardFile | null {
  const found = text === null ? null : parsedOrUndefined(text);
  return isShardFile(found) ? (found as ShardFile) : null;
}

const TEXTS = ['group', 'host', 'machine'];
const READING = ['atNs', 'offsetNs', 'uncertaintyNs', 'roundTripNs', 'exchanges'];
/** Of these fields none is below zero. */
const LENGTHS = ['uncertaintyNs', 'roundTripNs', 'exchanges'];
const START = ['phase', 'plannedNs', 'startNs'];

function isShardFile(found: unknown): boolean {
  if (!isObject(found) || found['schema'] !== 'plimsoll/shard-v1') return false;
  const { index, of, clock, starts } = found;
  return (
    isWholeBelow(of, MOST_SHARDS + 1) &&
    isWholeBelow(index, Number(of)) &&
    TEXTS.every((name) => typeof found[name] === 'string') &&
    isListOf(clock, READING) &&
    clock.every((reading) => LENGTHS.every((name) => Number(reading[name]) >= 0)) &&
    isListOf(starts, START)
  );
}

const isWholeBelow = (value: unknown, limit: number): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < limit;

const isListOf = (value: unknown, numbers: readonly string[]): value is Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) && value.every((each) => isObject(each) && numbers.every((name) => Number.isFinite(each[name])));

/** The content of shards.json; null when there is none, or it is not one. */
export function shardsFileOf(text: string | null): ShardsFile | null {
  const found = text === null ? null : parsedOrUndefined(text);
  return isObject(found) && found['schema'] === 'plimsoll/shards-v1' ? (found as unknown as ShardsFile) : null;
}
