/** How large the padding of an answer is, a text block of its own behind the answer, in bytes (ASCII). */
export type AnswerSize =
  | { readonly kind: 'constant'; readonly bytes: number }
  /** One of these, all equally often. */
  | { readonly kind: 'pick'; readonly bytes: readonly number[] }
  /** Log-normal given by two of its quantiles, and cut off at `mostBytes`. */
  | {
      readonly kind: 'lognormal';
      readonly medianBytes: number;
      readonly p99Bytes: number;
      readonly mostBytes: number;
    };

/** The largest padding, bytes. */
export const MOST_ANSWER_BYTES = 5 * 1024 * 1024;
