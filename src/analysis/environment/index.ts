/**
 * Environment: what the envelope, the health records and the preflight say of the machine, of the load generator and of
 * how the target was spoken to.
 *
 * Owns the floor beside the loopback reference, how well the generator kept up, and the protocol of the calls. Does not
 * own the verdict on any of them (`validity`).
 */
export { coresOf, type MachineFacts, machineFactsOf, spokenRevisionOf } from './facts.js';
export { earlyEndOf, runTopic } from './run-topic.js';
export type { ProtocolSummary } from './protocol.js';
export { type EnvironmentPart, environmentTopic } from './topic.js';
export type { FloorSummary, GeneratorSummary } from './types.js';
