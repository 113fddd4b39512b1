/** The tools of all upstreams as the gateway shows them, and where a name leads. */
import { isObject, type Federation } from '../../../src/protocol/index.js';
import type { UpstreamLink } from '../forward.js';

export interface Offer {
  readonly link: UpstreamLink;
  readonly tools: readonly Readonly<Record<string, unknown>>[];
}

export interface Place {
  readonly link: UpstreamLink;
  /** Its name at the upstream. */
  readonly tool: string;
}

const nameAt = (link: UpstreamLink, tool: string, { toolNames }: Federation): string =>
  toolNames === 'bare' ? tool : `${link.upstream.name}__${tool}`;

/** Where each name leads. Of two upstreams with the same name the last one is called: the collision goes unnoticed. */
export function placesOf(offers: readonly Offer[], federation: Federation): ReadonlyMap<string, Place> {
  return new Map(
    offers.flatMap(({ link, tools }) =>
      tools.map(({ name }) => [nameAt(link, String(name), federation), { link, tool: String(name) }] as const),
    ),
  );
}

/** The list as a client gets it in its n-th session: each name once. */
export function shownTools(
  offers: readonly Offer[],
  federation: Federation,
  session: number,
): readonly Readonly<Record<string, unknown>>[] {
  const byName = new Map(
    offers.flatMap(({ link, tools }) =>
      tools.map((tool) => {
        const name = nameAt(link, String(tool['name']), federation);
        return [name, { ...(federation.changeSchemas ? changed(tool) : tool), name }] as const;
      }),
    ),
  );
  const tools = [...byName.values()];
  const first = federation.shuffleTools ? session % Math.max(1, tools.length) : 0;
  return [...tools.slice(first), ...tools.slice(0, first)];
}

function changed(tool: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { inputSchema } = tool;
  if (!isObject(inputSchema) || !isObject(inputSchema['properties'])) return tool;
  const isEmpty = Object.keys(inputSchema['properties']).length === 0;
  return isEmpty ? { ...tool, inputSchema: { ...inputSchema, properties: null } } : tool;
}
