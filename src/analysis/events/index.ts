/**
 * Events with names: stretches without any answer, and each way in which calls failed, with its first and last time.
 *
 * Owns what counts as such a stretch. Does not own counts by phase and tool (`phases`), or what a fault did
 * (`recovery`).
 */
export type { AnswerGap } from './answer-gaps.js';
export type { FailureKind } from './failures.js';
export { eventsTopic } from './topic.js';
