import type { WorkingTime } from './faults/index.js';

/** The part of the workers' time that a line needs. */
export type Work = Pick<WorkingTime, 'plain' | 'at' | 'startAt' | 'finishAt'>;

/**
 * One call in the line or in service. `...WorkNs` count in the workers' own time, the others on the mock's clock; those
 * change when the workers stand still or somebody leaves the line.
 */
export interface Place {
  readonly arrivedWorkNs: number;
  readonly serviceNs: number;
  /** When the caller gives up, as far as it is known; else Infinity. */
  readonly giveUpNs: number;
  startWorkNs: number;
  finishWorkNs: number;
  /** When its turn comes. */
  startNs: number;
  /** When it has been served, or is dropped as its turn comes. */
  dueNs: number;
  /** It will be past its time limit when its turn comes, and is dropped then. */
  expires: boolean;
}

/** The line in front of the workers: when each call's turn comes, and when it is served. */
export interface Line {
  /** One arrival, at the line at `arrivedWorkNs`, in order of time; null when the line is at its bound. */
  arrive(nowNs: number, arrivedWorkNs: number, serviceNs: number, giveUpNs: number): Place | null;
  /** Takes a waiting call out, which moves the others; false when it does not wait, or the queue drops nothing. */
  leave(place: Place, nowNs: number): boolean;
  /** The workers stand still at other times than was known: works out again what lies after `nowNs`. */
  replan(nowNs: number): void;
  /** After `replan`, for each place not due yet: its moments are right when this returns. */
  refresh(place: Place, nowNs: number): void;
}
