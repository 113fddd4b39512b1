/**
 * Setting, changing and removing the toxics of one proxy, as the API's rules have it. Everything refused is an
 * {@link ApiError}, and what is refused has changed nothing.
 */
import { ApiError } from './api-error.js';
import { field, integerField, numberField, objectOf, stringField } from './body.js';
import type { Proxy } from './proxy.js';
import type { Toxic } from './toxic.js';
import { toxicKind, type Attributes, type ToxicKind } from './toxics/index.js';

/** Adds the toxic that a body describes, at the end of its chain. */
export function addToxic(proxy: Proxy, body: unknown): Toxic {
  const fields = objectOf(body, 'a toxic');
  const stream = stringField(fields, 'stream') ?? 'downstream';
  const type = stringField(fields, 'type') ?? '';
  const toxicity = toxicityOf(fields) ?? 1;
  const direction = stream.toLowerCase();
  if (direction !== 'upstream' && direction !== 'downstream') {
    throw new ApiError(400, 'stream was invalid, can be either upstream or downstream');
  }
  const kind = toxicKind(type);
  if (kind === undefined) throw new ApiError(400, 'invalid toxic type');
  const name = stringField(fields, 'name') ?? '';
  const toxic: Toxic = {
    name: name === '' ? `${type}_${stream}` : name,
    kind,
    stream,
    direction,
    toxicity,
    attributes: attributesOf(kind, field(fields, 'attributes'), {}),
  };
  if (proxy.toxic(toxic.name) !== undefined) throw new ApiError(409, 'toxic already exists');
  proxy.addToxic(toxic);
  return toxic;
}

/** Throws 404. */
export function findToxic(proxy: Proxy, name: string): Toxic {
  const toxic = proxy.toxic(name);
  if (toxic === undefined) throw new ApiError(404, 'toxic not found');
  return toxic;
}

/** Changes attributes and toxicity; name, type and stream stay what they are. */
export function updateToxic(proxy: Proxy, toxic: Toxic, body: unknown): void {
  const fields = objectOf(body, 'a toxic');
  const toxicity = toxicityOf(fields) ?? toxic.toxicity;
  const attributes = attributesOf(toxic.kind, field(fields, 'attributes'), toxic.attributes);
  proxy.updateToxic(toxic, attributes, toxicity);
}

function toxicityOf(fields: Readonly<Record<string, unknown>>): number | undefined {
  const toxicity = numberField(fields, 'toxicity');
  if (toxicity === undefined || (toxicity >= 0 && toxicity <= 1)) return toxicity;
  throw new ApiError(400, 'toxicity was invalid, must be between 0 and 1');
}

function attributesOf(kind: ToxicKind, given: unknown, before: Partial<Attributes>): Attributes {
  const fields = objectOf(given, 'field attributes');
  const attributes: Record<string, number> = {};
  for (const name of kind.attributes) {
    const value = integerField(fields, name) ?? before[name] ?? 0;
    if (value < 0) throw new ApiError(400, `invalid toxic attribute: ${name} must not be negative`);
    attributes[name] = value;
  }
  const objection = kind.objection(attributes);
  if (objection !== null) throw new ApiError(400, `invalid toxic attribute: ${objection}`);
  return attributes;
}
