/** Spans as exporters encode them, written here a second time: JSON, and protobuf by the numbers of its fields. */

export interface Written {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startUnixNs: bigint;
  readonly endUnixNs: bigint;
}

export function asJson(service: string, spans: readonly Written[]): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeSpans: [
          {
            scope: { name: 'a tracer' },
            spans: spans.map(({ traceId, spanId, parentId, name, kind, startUnixNs, endUnixNs }) => ({
              ...{ traceId, spanId, name, kind },
              ...(parentId === undefined ? {} : { parentSpanId: parentId }),
              startTimeUnixNano: String(startUnixNs),
              endTimeUnixNano: String(endUnixNs),
            })),
          },
        ],
      },
    ],
  });
}

export function asProtobuf(service: string, spans: readonly Written[]): Buffer {
  const attribute = Buffer.concat([field(1, 'service.name'), field(2, field(1, service))]);
  const written = spans.map(({ traceId, spanId, parentId, name, kind, startUnixNs, endUnixNs }) =>
    field(
      2,
      Buffer.concat([
        field(1, Buffer.from(traceId, 'hex')),
        field(2, Buffer.from(spanId, 'hex')),
        // A field that is of no use here, and comes between the others: the trace state.
        field(3, 'vendor=1'),
        ...(parentId === undefined ? [] : [field(4, Buffer.from(parentId, 'hex'))]),
        field(5, name),
        Buffer.concat([varint(6n * 8n), varint(BigInt(kind))]),
        fixed64(7, startUnixNs),
        fixed64(8, endUnixNs),
        // Flags: a fixed number of 32 bits.
        Buffer.concat([varint(16n * 8n + 5n), Buffer.alloc(4)]),
      ]),
    ),
  );
  const ofScope = Buffer.concat([field(1, field(1, 'a tracer')), ...written]);
  return field(1, Buffer.concat([field(1, field(1, attribute)), field(2, ofScope)]));
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([varint(BigInt(number) * 8n + 2n), varint(BigInt(bytes.length)), bytes]);
}

function fixed64(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([varint(BigInt(number) * 8n + 1n), bytes]);
}
