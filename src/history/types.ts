/** What a history is made from, and what comes of it. */
import type { Summary } from '../analysis/index.js';
import type { GateMetric, GateStat, MetricGroup } from '../catalog/index.js';
import type { Envelope } from '../envelope/index.js';
import type { Unit } from '../format/index.js';

/** A run as it is read: by its sealed files alone. */
export interface RecordedRun {
  /** Where it lies, as it was found. */
  readonly folder: string;
  /** Arm of the experiment that it was made for; null for a run of its own. */
  readonly arm: string | null;
  readonly summary: Summary;
  /** Null where the run ended before there was one. */
  readonly envelope: Envelope | null;
}

/** A run that stands in no line. */
export interface LeftOutRun {
  readonly folder: string;
  readonly why: string;
}

/** One run of a history. */
export interface HistoryRun {
  readonly runId: string;
  readonly folder: string;
  readonly startedUtc: string;
  /** Index of its line. */
  readonly line: number;
  readonly validity: Summary['validity']['verdict'];
  /** Of Plimsoll, of the target as it introduced itself, and of the repository that the command was called in. */
  readonly plimsollVersion: string | null;
  readonly target: string | null;
  readonly commit: string | null;
  /** Fields of the environment in which it differs from the run before it in its line, and that may move a number. */
  readonly changed: readonly string[];
}

/** Runs of one kind of machine, one text of the scenario and one arm: their numbers may stand in one line. */
export interface HistoryLine {
  readonly arm: string | null;
  /** `AMD EPYC 7B13, 2 threads` */
  readonly machine: string;
  /** SHA-256 of the facts of the machine that block a comparison. */
  readonly machineDigest: string;
  /** Of the scenario with all that was set. */
  readonly scenarioDigest: string | null;
  /** Indexes of its runs, in the order of time. */
  readonly runs: readonly number[];
}

/** The number of one run. */
export interface HistoryPoint {
  /** Index of the run. */
  readonly run: number;
  /** In the unit of the series. */
  readonly value: number;
  /** The number is at least so large: calls without an answer, or an observation that ended before. */
  readonly isLowerBound: boolean;
}

/** A change of level, from the median of the points before it to the median of those after it. */
export interface HistoryChange {
  /** Index of the first run of the new level, and of the last run of the former one. */
  readonly run: number;
  readonly lastBefore: number;
  readonly before: number;
  readonly after: number;
  /** Points of the two levels. */
  readonly pointsBefore: number;
  readonly pointsAfter: number;
  /** As a share of the former level or as a difference, as the series says. */
  readonly change: number;
  readonly isWorse: boolean;
  /** Share of random orders of the same points that hold a change as clear as this one. */
  readonly p: number;
  /** Fields of the environment in which the two runs on its sides differ. */
  readonly alsoChanged: readonly string[];
}

/** One number over the runs of one line. */
export interface HistorySeries {
  readonly metric: GateMetric;
  readonly stat: GateStat;
  /** The phase, fault, process or run that it is of, and which of its calls. */
  readonly where: string;
  readonly line: number;
  readonly group: MetricGroup;
  readonly unit: Unit;
  /** How `change` is expressed. */
  readonly changeKind: 'ratio' | 'difference';
  readonly better: 'lower' | 'higher';
  readonly points: readonly HistoryPoint[];
  /** In the order of time. */
  readonly changes: readonly HistoryChange[];
}

export interface History {
  readonly schema: 'plimsoll/history-v1';
  /** Of the scenario. */
  readonly name: string;
  /** In the order of time. */
  readonly runs: readonly HistoryRun[];
  /** The one with the newest run first. */
  readonly lines: readonly HistoryLine[];
  readonly series: readonly HistorySeries[];
  readonly leftOut: readonly LeftOutRun[];
}
