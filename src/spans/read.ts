/** Reading what a receiver kept: the spans of the calls of one run. */
import { gunzipSync } from 'node:zlib';
import { callOfTraceId, type TraceIds } from '../catalog/index.js';
import type { SpanRow } from '../record/index.js';
import { spansInJson } from './otlp-json.js';
import { spansInProtobuf } from './otlp-protobuf.js';
import type { SpanBody } from './receiver.js';
import type { Span } from './span.js';

const LARGEST_UNZIPPED = 64 * 1024 * 1024;

export interface ReadSpans {
  readonly rows: readonly SpanRow[];
  /** Spans of traces that are none of this run's calls. */
  readonly foreign: number;
  /** Requests that could not be read. */
  readonly unreadable: number;
}

/** @param epochUnixNs the epoch of the run in nanoseconds since 1970. */
export function readSpans(bodies: readonly SpanBody[], trace: TraceIds, epochUnixNs: bigint): ReadSpans {
  const rows: SpanRow[] = [];
  let foreign = 0;
  let unreadable = 0;
  for (const body of bodies) {
    const spans = spansIn(body);
    if (spans === null) {
      unreadable++;
      continue;
    }
    for (const span of spans) {
      const callId = callOfTraceId(trace, span.traceId);
      if (callId === null) foreign++;
      else rows.push(rowOf(span, callId, trace, epochUnixNs));
    }
  }
  return { rows, foreign, unreadable };
}

function spansIn({ bytes, encoding, gzipped }: SpanBody): readonly Span[] | null {
  const plain = gzipped ? unzipped(bytes) : bytes;
  if (plain === null) return null;
  return encoding === 'json' ? spansInJson(plain.toString()) : spansInProtobuf(plain);
}

/** Null: not gzip, or larger than anything that is to be read. */
function unzipped(bytes: Buffer): Buffer | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_UNZIPPED });
  } catch {
    return null;
  }
}

function rowOf(span: Span, callId: number, { spanId: ofCall }: TraceIds, epochUnixNs: bigint): SpanRow {
  const { service, name, kind, spanId, parentId, startUnixNs, endUnixNs } = span;
  return {
    ...{ callId, service, name, kind, spanId },
    parentId: parentId === '' || parentId === ofCall ? null : parentId,
    startNs: Number(startUnixNs - epochUnixNs),
    durationNs: Number(endUnixNs - startUnixNs),
  };
}
