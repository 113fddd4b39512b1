/**
 * samples.parquet: one row an attempt, for DuckDB, pandas and this package. The only folder that knows the Parquet
 * libraries; they are loaded when first used, because the generator's thread opens this room too and needs none of it.
 *
 * Times are INT64 nanoseconds since the run's epoch and null where the moment never came. Names stand beside the
 * indexes they are the names of (`phase` and `phase_index`), so that a query needs no other file; reading back uses the
 * indexes. http_status and rpc_code are null, not 0, without an answer that had one; session is null, not -1, without
 * one.
 *
 * The libraries write and read header, footer and pages; the cells are coded here, on typed arrays, because the
 * libraries make a bigint or an object of each. Does not own: the columns in memory (`columns`), or when they are
 * written (`seal`).
 */
export { writeSamples, type SamplesMetadata } from './write.js';
export { differenceInFile, readSamples } from './read.js';
