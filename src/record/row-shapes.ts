/**
 * Whether a row that was found in a damaged file is one that can be worked with: it may be JSON and still be wrong,
 * where a byte of it was lost or changed.
 */
import { isObject } from '../protocol/index.js';
import type { RecordRows } from './rows.js';

/** What every row of a file has at least: field names by what they hold. */
interface Shape {
  readonly numbers?: string;
  readonly numbersOrNull?: string;
  readonly texts?: string;
  readonly objects?: string;
  readonly lists?: string;
}

const EVENTS: Readonly<Record<RecordRows['events.ndjson']['type'], Shape>> = {
  run: { texts: 'edge' },
  'early-end': { numbers: 'limit seen', texts: 'rule what' },
  phase: { numbers: 'phase', texts: 'name edge' },
  stage: { numbers: 'phase stage ratePerSecond', texts: 'label' },
  fault: { numbers: 'phase plannedNs askedNs', numbersOrNull: 'confirmedNs', texts: 'fault edge' },
  service: { numbersOrNull: 'pid', texts: 'service edge' },
  gateway: { texts: 'service gateway version' },
  preflight: { numbers: 'introducedNs', lists: 'calls' },
  session: { numbers: 'session', texts: 'edge' },
  engine: { texts: 'edge' },
  'late-turns': { numbers: 'worker', lists: 'expectedNs lateNs' },
  standstill: { numbers: 'lengthNs', numbersOrNull: 'worker', texts: 'of' },
  contract: { texts: 'edge' },
  drift: { numbers: 'askedNs answeredNs unchangedNs', texts: 'tool kind class because', lists: 'changes' },
  probe: {
    numbers: 'phase probe ratePerSecond startNs measuredFromNs scheduledEndNs drainedNs',
    texts: 'purpose verdict',
    lists: 'why',
    objects: 'evidence',
  },
  'search-end': { numbers: 'phase', numbersOrNull: 'passedPerSecond failedPerSecond', texts: 'ended' },
  'load-line': { numbers: 'phase passedPerSecond', numbersOrNull: 'failedPerSecond' },
  spans: { numbers: 'calls answered joined withQueue longer uneven foreign unread' },
  'failure-example': { numbers: 'phase', texts: 'errorClass text' },
  'foreign-answer': { numbers: 'session call answerOf' },
  'server-requests': { numbers: 'unanswered', lists: 'methods' },
  'session-turnover': { numbers: 'opened ended abandoned failed' },
  warning: { texts: 'code what remedy' },
};

const SHAPES: Readonly<Record<Exclude<keyof RecordRows, 'events.ndjson'>, Shape>> = {
  'series.ndjson': { numbers: 'fromNs offered sent onTime late inFlightMax queueAgeMaxNs', objects: 'outcomes' },
  'health.ndjson': { numbers: 'atNs loopDelayMaxNs gcNs inFlight queued', numbersOrNull: 'lagP99Ns lagMaxNs' },
  'resources.ndjson': {
    numbers: 'atNs pid',
    numbersOrNull: 'cpuUserS cpuSystemS rssBytes fileDescriptors sockets threads sessions',
    texts: 'process',
  },
  'machine.ndjson': { numbers: 'fromNs atNs', numbersOrNull: 'cores othersCores idleCores waitingShare' },
  'workers.ndjson': { numbers: 'atNs worker sent open flownNs otherClockNs' },
  'effects.ndjson': { numbers: 'atNs', numbersOrNull: 'callId', texts: 'tool' },
  'gateways.ndjson': {
    numbers: 'fromNs windowNs forwarded queueNs serviceNs answered upstreamNs',
    texts: 'gateway',
  },
  'fault-hits.ndjson': { numbers: 'atNs', numbersOrNull: 'callId receivedNs', texts: 'fault' },
  'tools.ndjson': { texts: 'tool' },
  'upstream-calls.ndjson': { numbers: 'receivedNs session', numbersOrNull: 'callId', texts: 'service tool' },
  'server-metrics.ndjson': { numbers: 'atNs value', texts: 'service metric kind' },
  'spans.ndjson': { numbers: 'callId startNs durationNs', texts: 'service name kind spanId' },
  'tool-lists.ndjson': { numbers: 'listing position bytes tokens', texts: 'tool digest tokenizer' },
  'work.ndjson': {
    numbers:
      'incarnation atNs tookNs underWay sessionsOpen sessionsOpened served servedServiceNs wasted wastedServiceNs ' +
      'expired cancelled cancels',
    texts: 'service when',
  },
};

/** What the rows of a run can refer to. */
export interface RowLimits {
  /** Number of phases. */
  readonly phases: number;
  /** No row is later: its time was damaged otherwise. */
  readonly latestNs: number;
}

/** Whether `row` has the fields of a row of this file, with times and phases that the run can have. */
export function isWholeRow(file: keyof RecordRows, row: unknown, limits: RowLimits): boolean {
  if (!isObject(row)) return false;
  const shape = file === 'events.ndjson' ? eventShape(row) : SHAPES[file];
  if (shape === null) return false;
  const words = (names = ''): readonly string[] => (names === '' ? [] : names.split(' '));
  const isNumber = (name: string): boolean => Number.isFinite(row[name]);
  return (
    words(shape.numbers).every(isNumber) &&
    words(shape.numbersOrNull).every((name) => row[name] === null || isNumber(name)) &&
    words(shape.texts).every((name) => typeof row[name] === 'string') &&
    words(shape.objects).every((name) => isObject(row[name])) &&
    words(shape.lists).every((name) => Array.isArray(row[name])) &&
    Object.entries(row).every(([name, value]) => isPossible(name, value, limits))
  );
}

function eventShape(row: Readonly<Record<string, unknown>>): Shape | null {
  const { type } = row;
  if (typeof type !== 'string' || !Object.hasOwn(EVENTS, type) || !Number.isFinite(row['atNs'])) return null;
  return EVENTS[type as keyof typeof EVENTS];
}

function isPossible(name: string, value: unknown, { phases, latestNs }: RowLimits): boolean {
  if (typeof value !== 'number') return true;
  if (name === 'phase') return Number.isInteger(value) && value >= 0 && value < phases;
  return !name.endsWith('Ns') || Math.abs(value) <= latestNs;
}
