/** The shape of a queue. */
export interface QueueShape {
  /** Number of servers c of the queueing model, at least 1. */
  readonly workers: number;
  /** Most calls that may wait (not counting those in service); null = unbounded. */
  readonly queueCapacity: number | null;
}
