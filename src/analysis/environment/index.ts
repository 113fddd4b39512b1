/**
 * Environment: what the envelope and the health records say of the machine and of the load generator.
 *
 * Owns the floor beside the loopback reference, and how well the generator kept up. Does not own the verdict on either
 * (`validity`).
 */
export { coresOf, type MachineFacts, machineFactsOf, spokenRevisionOf } from './facts.js';
export { earlyEndOf, runTopic } from './run-topic.js';
export { type EnvironmentPart, environmentTopic } from './topic.js';
export type { FloorSummary, GeneratorSummary } from './types.js';
