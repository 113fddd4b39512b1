/** The gateway's stamps in an answer that passes it. */
import { type GatewayStamps, META_GATEWAYS, isObject, parsedOrUndefined } from '../../src/protocol/index.js';

/** The body of an upstream's answer with the stamps added to each result in it; what is no result stays as it is. */
export function withStamps(contentType: string, body: string, stamps: GatewayStamps): string {
  if (!contentType.startsWith('text/event-stream')) return stamped(body, stamps);
  return body.replaceAll(/^data: (.*)$/gm, (_line, json: string) => `data: ${stamped(json, stamps)}`);
}

function stamped(json: string, stamps: GatewayStamps): string {
  // What an upstream spoiled, the client is to see spoiled.
  const message = parsedOrUndefined(json);
  if (!isObject(message) || !isObject(message['result'])) return json;
  const { result } = message;
  const meta = isObject(result['_meta']) ? result['_meta'] : {};
  const inner: readonly unknown[] = Array.isArray(meta[META_GATEWAYS]) ? meta[META_GATEWAYS] : [];
  return JSON.stringify({ ...message, result: { ...result, _meta: { ...meta, [META_GATEWAYS]: [...inner, stamps] } } });
}
