/** Most bytes of one answer: a body, one event of a stream, one line. More is `answer-too-large`. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
