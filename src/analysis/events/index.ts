/**
 * Events with names: stretches without any answer, each way in which calls failed, with its first and last time,
 * answers that went to another call, requests of servers,
 * and sessions that follow each other.
 *
 * Owns what counts as such a stretch. Does not own counts by phase and tool (`phases`), or what a fault did
 * (`recovery`).
 */
export type { AnswerGap } from './answer-gaps.js';
export type { FailureKind } from './failures.js';
export type { ForeignAnswers } from './foreign-answers.js';
export type { ServerRequests } from './server-requests.js';
export type { SessionTurnover } from './session-turnover.js';
export { eventsTopic } from './topic.js';
