/**
 * The experiment envelope: everything about a run that is not its result, so that another run can be told alike or
 * unlike.
 *
 * Owns reading the facts of host, limits, network, runtime and repository, probing for noise, the shape of
 * envelope.json, the fingerprint and the differences. Does not own: what the target, the generator or the fault engine
 * know of themselves (they come in as `EnvelopeInput`), writing the file (`record`), or judging by it (`analysis`,
 * `gate`).
 */
export { captureEnvelope, captureMachine, type Machine } from './capture.js';
export { NoiseProbe, noiseVerdict, spinProbe } from './noise.js';
export { differences, fingerprint, type Difference, type FieldClass } from './compare.js';
export type { Fact, System } from './facts.js';
export type { Envelope, EnvelopeInput, NoiseReport, NoiseSnapshot, NoiseVerdict, SpinResult } from './types.js';
