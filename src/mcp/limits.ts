/** Most bytes of one answer: a body, one event of a stream, one line. More is `answer-too-large`. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Longest pause that is taken from a server. A timer of more than 2^31 ms would end at once. */
export const LONGEST_RETRY_MS = 600_000;
