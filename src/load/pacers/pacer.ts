/** A pull source of intended times. Taking one allocates nothing. */
export interface Pacer {
  /** The next intended time: whole nanoseconds from the start of the segment, never decreasing; Infinity when there are no more. */
  nextNs(): number;
  /** Index of the stage the time that `nextNs` gave last belongs to. */
  readonly stage: number;
}
