/**
 * The experiment envelope: everything about a run that is not its result, so that two runs can be
 * compared.
 *
 * Owns reading the facts of host, limits, network, runtime and repository, the shape of
 * envelope.json, the fingerprint and the differences. Does not own: what the target, the generator or the fault engine
 * know of themselves (they come in as `EnvelopeInput`), writing the file (`record`), or judging by it (`analysis`,
 * `gate`).
 */
export { captureEnvelope, captureLastingFacts, captureMachine, type LastingFacts, type Machine } from './capture.js';
export {
  blockingFields,
  differences,
  differencesOfArms,
  ENVELOPE_FIELDS,
  fingerprint,
  machineFingerprint,
  type ComparableFacts,
  type Difference,
  type FieldClass,
  type FieldDifference,
} from './compare.js';
export { fromFile, known, number, unknown, type Fact } from './facts.js';
export { throttledPeriods } from './limits.js';
export { increase, readTcpCounters, type TcpCounters } from './network.js';
export type * from './types.js';
