/**
 * The run record: what a run leaves on disk, and the only thing that analysis, reports and gates ever read.
 *
 * Owns the files of a run directory, their formats and versions, the vocabulary of outcomes, writing while the run goes
 * on (spool, events, resources, logs), sealing it (Parquet, interval histograms, series, manifest) and reading it back,
 * also from a run that was killed; and what the files derived at its end share with the analysis: attempts joined into
 * calls, calls judged by the ledger, and the line of waiting calls. Does not own: what the numbers mean (`analysis`) or
 * how they are made (`load`, `mcp`).
 */
export { ERROR_CLASSES, OUTCOMES, errorClassCode, outcomeCode, type ErrorClass, type Outcome } from './outcome.js';
export {
  COLUMNS,
  FAULT_ACTIVE,
  FLAG_COLUMNS,
  NAME_COLUMNS,
  NUMBER_COLUMNS,
  SAMPLE_FIELDS,
  SAMPLE_FLAGS,
  isFinalAttempt,
  type AttemptSample,
  type SampleColumns,
  type SampleTables,
} from './columns.js';
export {
  type Calls,
  countGood,
  isCensored,
  isGivenUp,
  isGood,
  isOk,
  joinCalls,
  penalisedResponseNs,
  responseNs,
} from './calls.js';
export { moveTimes } from './samples.js';
export { CALLS_PER_SHARD, MOST_SHARDS, shardOfCall } from './shard-calls.js';
export {
  shardFileOf,
  shardsFileOf,
  type ClockReading,
  type ShardFile,
  type ShardResult,
  type ShardsFile,
  type ShardStart,
} from './shard.js';
export { assembleRecord, openPart, partRows, partText, type AssembledRecord, type SealedPart } from './parts.js';
export { SHARD_COLUMN, concatSamples, type SamplesPart } from './parquet/index.js';
export { sumHistogramLogs } from './hlog-sum.js';
export type { RunFile } from './header.js';
export { mergedHealth } from './health.js';
export { type Executions, countExecutions, judgeByLedger } from './ledger.js';
export { type LoggedCall, locateAttempts } from './upstream-log.js';
export { joinSpans, type GivenSpans } from './span-joins.js';
export { type WaitingLine, maxAgesNs, waitingLine } from './waiting-line.js';
export type * from './events.js';
export type * from './rows.js';
export {
  FILES,
  FILE_CONTENTS,
  FORMAT_VERSION,
  WORK_EVERY_NS,
  type Manifest,
  type RunHeader,
  type RunStatus,
} from './layout.js';
export { SpoolEncoder, decodeSpool, type DecodedSpool } from './spool.js';
export { makeRunFolder } from './folders.js';
export { listRecords, recordsToRemove, removeRecord, type KeptRecord, type PruneLimits } from './listing.js';
export { HOLDER_FILE, holdFolder, type Hold, type Holder } from './hold.js';
export { createRecord, type RecordOptions, type RecordWriter } from './writer.js';
export type { ServiceLog } from './service-log.js';
export { keepInRecord, loadSealing, resealRecord } from './seal.js';
export { writeWhole } from './files.js';
export { slug } from './slug.js';
export { readRecord, readSealedTexts, type RunRecord, type SealedTexts } from './reader.js';
export { recoverRecord } from './recovery.js';
export {
  BASELINES_FOLDER,
  baselineName,
  firstOfSessions,
  readBaselines,
  readCalibrations,
  writeBaseline,
  writeCalibration,
  type BaselineChoice,
  type BaselineFile,
  type BaselineKey,
  type BaselineNumber,
  type BaselineRun,
  type CalibratedGate,
  type CalibratedNumber,
  type CalibrationFile,
  type RunBaseline,
  type StoredFile,
} from './baseline.js';
export {
  EXPERIMENT_FILE,
  readExperiment,
  writeExperiment,
  type DisturbedBlock,
  type ExperimentAttempt,
  type ExperimentFile,
  type StoppedArm,
} from './experiment.js';
