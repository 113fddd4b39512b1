/**
 * Environment: what the envelope and the health records say of the machine and of the load generator.
 *
 * Owns the floor beside the loopback reference, and how well the generator kept up. Does not own the verdict on either
 * (`validity`).
 */
export {
  type MachineFacts,
  loopbackReferenceOf,
  machineFactsOf,
  selfCapacityOf,
  selfCapacityUnknownOf,
  spinLostShareOf,
} from './facts.js';
export type { FloorSummary, GeneratorSummary } from './types.js';
