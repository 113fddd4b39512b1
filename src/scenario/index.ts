/**
 * The scenario language: from a YAML or JSON file to a typed, defaulted, unit-free `Scenario`.
 *
 * Owns the grammar (zod), reading with positions, units, `extends`, profiles, `--set`, interpolation, the published
 * JSON Schema and the digest. Does not own: what a scenario means in time (`plan`) or any effect but reading its files.
 */
export type * from './types.js';
export { GATE_METRICS, GATE_STATS, HYPOTHESIS_METRICS } from '../catalog/index.js';
export {
  readExperimentScenario,
  readSelfComparison,
  type ArmScenario,
  type ExperimentScenario,
  type SelfComparison,
} from './experiment.js';
export {
  readScenario,
  revealedCalls,
  scenarioFromText,
  type GitArm,
  type ReadOptions,
  type ReadScenario,
} from './reader.js';
export { FIRST_LOOK_PHASES, FIRST_LOOK_TITLE, inFirstLook, isFirstLook } from './first-look.js';
export type { Given } from './arms.js';
export type { GivenArm } from './given-arms.js';
export type { Environment } from './placeholders.js';
export { validateScenario, type ValidatedScenario } from './validate.js';
export { comparativeGatesFromTexts } from './comparative-gates.js';
export { requireGatesFit } from './fitting-gates.js';
export { scenarioJsonSchema } from './json-schema.js';
export { revealSecrets, secretNames, secretValues, secretsNamedIn, textsIn } from './secrets.js';
export { BETWEEN_PHASES_NS } from './defaults.js';
export { isLoopback } from './checks/url.js';
export { upstreamName } from './asked-names.js';
export {
  foreignOnTheWay,
  hasGateway,
  reachedBy,
  gatewaysOnTheWay,
  keepsLedger,
  servicesBehind,
  stdioServerName,
  targetName,
} from './replicas.js';
