/**
 * How a call travels and what comes back: eras, transports, the oracle, the preflight, the watch on the contract.
 *
 * Owns sessions (`eras`), bytes on sockets and pipes (`transports`), the wire code that is hot (`fast-path`), what an
 * answer means (`oracle`), the examination of the target before a run (`preflight`) and of its tools during it
 * (`contract`). Does not own: what a call is and the text of its request (`catalog/operations`), or how many calls are
 * made and when (`load`).
 */
export { AttemptSlot, type Channel, type ChannelSet, type TargetFacts } from './channel.js';
export { compileSchema, type CompiledSchema } from './json-schema.js';
export { openChannels } from './open.js';
export type { DeclaredSchemas } from './json-schema.js';
export { watchContract, type RunningContractWatch } from './contract/index.js';
export { toolViews, type ShownTool } from './preflight/tool-views.js';
export {
  loadSdk,
  preflight,
  survey,
  type PreflightReport,
  type PreflightSetup,
  type Survey,
  type SurveyedTool,
  type TrialAnswer,
  type TrialCall,
} from './preflight/index.js';
