/**
 * A pull source of intended times. Taking one allocates nothing. Classes, not closures: each segment has a pacer of its
 * own, and code compiled for one closure is thrown away when another is called in its place.
 */
export interface Pacer {
  /**
   * The next intended time: whole nanoseconds from the start of the segment, never decreasing; Infinity when there are
   * no more.
   */
  nextNs(): number;
  /** Index of the stage the time that `nextNs` gave last belongs to. */
  readonly stage: number;
}
