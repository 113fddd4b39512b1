/**
 * Calibration: is this machine fit to measure, and what of a number is the machine's?
 *
 * Owns the doctor (which facts speak for or against measuring here), the self-capacity test and what is kept of it, the
 * loopback reference, the noise probe, and the watch on the machine during a run. Does not own: reading the machine's
 * facts (`envelope`), the load generator (`load`), how this process is set up for timing
 * (`process-timing`), or what a run's numbers are worth (`analysis`).
 */
export {
  examine,
  type Check,
  type CheckId,
  type CheckStatus,
  type DoctorListener,
  type DoctorReport,
  type DoctorRequest,
} from './doctor/index.js';
export { measureLoopbackReference, type LoopbackReference } from './loopback-reference/index.js';
export { assumedMachine, measuredMachine, type MachineJudge } from './machine-judge.js';
export type { MachineWatch } from './machine-watch.js';
export { waitUntilQuiet, type QuietWait } from './quiet.js';
export { NoiseProbe, noiseVerdict, spinProbe } from './noise.js';
export { isWorthTrying, type SelfCapacity } from './self-capacity/index.js';
export { measureSelfLoad, type SelfLoad, type SelfLoadOptions, type SelfLoadStep } from './self-load/index.js';
