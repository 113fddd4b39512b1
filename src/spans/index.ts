/**
 * Spans: what the tracer of a server reports of the calls that it worked on.
 *
 * Owns receiving them on a port of this machine (OTLP over HTTP, JSON and protobuf, bounded) and reading those that
 * belong to calls of the run. Does not own: the trace contexts that calls carry (`catalog`), which times of an attempt
 * they give (`record`), or waiting for the last of them (`run`).
 */
export { receiveSpans, type SpanBody, type SpanReceiver } from './receiver.js';
export { readSpans, type ReadSpans } from './read.js';
