/** One span, whatever it was encoded in. */

/** Kinds by their number in OTLP (opentelemetry-proto, `Span.SpanKind`). */
export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

export interface Span {
  /** 32 and 16 lower-case hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: string;
  /** '' for a span without one. */
  readonly parentId: string;
  readonly name: string;
  readonly kind: (typeof SPAN_KINDS)[number];
  /** Attribute `service.name` of its resource; '' without one. */
  readonly service: string;
  /** Nanoseconds since 1970, by the clock of the server. */
  readonly startUnixNs: bigint;
  readonly endUnixNs: bigint;
}

export const SERVICE_NAME = 'service.name';

/** A span is of use when it has ids, a name and both of its times. */
export const isUsable = ({ traceId, spanId, startUnixNs, endUnixNs }: Span): boolean =>
  traceId.length === 32 && spanId.length === 16 && startUnixNs > 0n && endUnixNs >= startUnixNs;
