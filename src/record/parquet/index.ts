/**
 * samples.parquet: one row an attempt, for DuckDB, pandas and this package. The only folder that imports the Parquet
 * libraries; they are loaded when first used, because the generator's thread imports this room too and needs neither.
 *
 * Times are INT64 nanoseconds since the run's epoch and null where the moment never came. Names stand beside the
 * indexes they are the names of (`phase` and `phase_index`), so that a query needs no other file; reading back uses the
 * indexes. http_status and rpc_code are null, not 0, without an answer that had one; session is null, not -1, without
 * one.
 *
 * The libraries write and read the file's header and footer; pages are coded here, on typed arrays. Through the
 * libraries, which make a bigint or an object of each cell, a million samples take 5.9 s to write and 4.3 s to read
 * instead of 0.7 s and 0.45 s (CPU time, side by side): with the reading back that proves the file, that is 13 s more,
 * where a report of a million samples is to be there in 10 s. Does not own: the columns (`columns`), or when they are
 * written (`seal`).
 */
export { SHARD_COLUMN, concatSamples, type SamplesPart } from './concat.js';
export { writeSamples, type SamplesMetadata } from './write.js';
export { differenceInFile, readSamples } from './read.js';
