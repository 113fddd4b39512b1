/** OTLP in JSON (opentelemetry-proto, `ExportTraceServiceRequest`; ids are hexadecimal there, 64-bit numbers text). */
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import { SERVICE_NAME, SPAN_KINDS, isUsable, type Span } from './span.js';

/** Null when this is no such request. Spans that are of no use are left out. */
export function spansInJson(text: string): readonly Span[] | null {
  const request = parsedOrUndefined(text);
  if (!isObject(request)) return null;
  return listOf(request['resourceSpans']).flatMap((ofResource) => {
    const service = serviceOf(ofResource['resource']);
    return listOf(ofResource['scopeSpans']).flatMap((ofScope) =>
      listOf(ofScope['spans']).flatMap((span) => spanOf(span, service)),
    );
  });
}

type Fields = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? (value as readonly unknown[]).filter(isObject) : [];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function serviceOf(resource: unknown): string {
  const attributes = isObject(resource) ? listOf(resource['attributes']) : [];
  const value = attributes.find(({ key }) => key === SERVICE_NAME)?.['value'];
  return isObject(value) ? textOf(value['stringValue']) : '';
}

function spanOf(fields: Fields, service: string): readonly Span[] {
  const { kind } = fields;
  const span: Span = {
    traceId: textOf(fields['traceId']).toLowerCase(),
    spanId: textOf(fields['spanId']).toLowerCase(),
    parentId: textOf(fields['parentSpanId']).toLowerCase(),
    name: textOf(fields['name']),
    // Some exporters write the name of the number.
    kind: typeof kind === 'string' ? (kindNamed(kind) ?? 'unspecified') : (SPAN_KINDS[Number(kind)] ?? 'unspecified'),
    service,
    startUnixNs: wholeOf(fields['startTimeUnixNano']),
    endUnixNs: wholeOf(fields['endTimeUnixNano']),
  };
  return isUsable(span) ? [span] : [];
}

const kindNamed = (text: string) => SPAN_KINDS.find((kind) => text.toLowerCase() === `span_kind_${kind}`);

function wholeOf(value: unknown): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : 0n;
}
