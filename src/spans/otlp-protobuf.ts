/**
 * OTLP in protobuf: the few fields that are of use, by their numbers (opentelemetry-proto, `trace.proto`,
 * `resource.proto` and `common.proto`), out of the wire format. What is not known is passed over, as the format wants.
 */
import { SERVICE_NAME, SPAN_KINDS, isUsable, type Span } from './span.js';

/** Kinds of values on the wire. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const REQUEST = { resourceSpans: 1 } as const;
const RESOURCE_SPANS = { resource: 1, scopeSpans: 2 } as const;
const RESOURCE = { attributes: 1 } as const;
const SCOPE_SPANS = { spans: 2 } as const;
const SPAN = { traceId: 1, spanId: 2, parentId: 4, name: 5, kind: 6, start: 7, end: 8 } as const;
const KEY_VALUE = { key: 1, value: 2 } as const;
const ANY_VALUE = { text: 1 } as const;

/** Null when these bytes are no such request. Spans that are of no use are left out. */
export function spansInProtobuf(bytes: Uint8Array): readonly Span[] | null {
  try {
    return messagesIn(bytes, REQUEST.resourceSpans).flatMap((ofResource) => {
      const service = serviceOf(messagesIn(ofResource, RESOURCE_SPANS.resource));
      return messagesIn(ofResource, RESOURCE_SPANS.scopeSpans)
        .flatMap((ofScope) => messagesIn(ofScope, SCOPE_SPANS.spans))
        .map((span) => spanOf(span, service))
        .filter(isUsable);
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function serviceOf(resources: readonly Uint8Array[]): string {
  const attributes = resources.flatMap((resource) => messagesIn(resource, RESOURCE.attributes));
  const named = attributes.find((attribute) => textOf(messagesIn(attribute, KEY_VALUE.key)[0]) === SERVICE_NAME);
  const value = named === undefined ? undefined : messagesIn(named, KEY_VALUE.value)[0];
  return value === undefined ? '' : textOf(messagesIn(value, ANY_VALUE.text)[0]);
}

function spanOf(bytes: Uint8Array, service: string): Span {
  let [traceId, spanId, parentId, name] = ['', '', '', ''];
  let [kind, startUnixNs, endUnixNs] = [0n, 0n, 0n];
  eachField(bytes, (field, value) => {
    if (typeof value === 'bigint') {
      if (field === SPAN.kind) kind = value;
      else if (field === SPAN.start) startUnixNs = value;
      else if (field === SPAN.end) endUnixNs = value;
    } else if (field === SPAN.traceId) traceId = hexOf(value);
    else if (field === SPAN.spanId) spanId = hexOf(value);
    else if (field === SPAN.parentId) parentId = hexOf(value);
    else if (field === SPAN.name) name = textOf(value);
  });
  return {
    ...{ traceId, spanId, parentId, name, service, startUnixNs, endUnixNs },
    kind: SPAN_KINDS[Number(kind)] ?? 'unspecified',
  };
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const textOf = (bytes: Uint8Array | undefined): string => (bytes === undefined ? '' : Buffer.from(bytes).toString());

/** The values of a field that holds messages, texts or bytes. */
function messagesIn(bytes: Uint8Array, wanted: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  eachField(bytes, (field, value) => {
    if (field === wanted && typeof value !== 'bigint') found.push(value);
  });
  return found;
}

/** @throws RangeError when the bytes end within a field, or hold a kind of value that there is not. */
function eachField(bytes: Uint8Array, take: (field: number, value: bigint | Uint8Array) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number of more than 64 bits');
  };
  const skipped = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('a field that ends behind its message');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case VARINT:
        take(field, varint());
        break;
      case FIXED64:
        take(field, view.getBigUint64(at, true));
        at += 8;
        break;
      case BYTES:
        take(field, skipped(Number(varint())));
        break;
      case FIXED32:
        skipped(4);
        break;
      default:
        throw new RangeError('a kind of value that protobuf does not have');
    }
  }
}
