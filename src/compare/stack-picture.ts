/** The way that calls take through the stack of an arm, from the client on. */
import type { Stack } from '../scenario/index.js';

/** One part of a stack. */
export interface StackPart {
  readonly name: string;
  /** `link`: where network faults are made; `gateway`: sends calls on; `server`: answers them. */
  readonly kind: 'link' | 'gateway' | 'server';
  /** Names of the parts that it sends calls on to. */
  readonly to: readonly string[];
}

/** Parts by their distance from the client, the nearest first. Names are of the scenario; it holds no address. */
export type StackPicture = readonly (readonly StackPart[])[];

export function stackPicture({ services, links, target }: Stack): StackPicture {
  const parts = new Map<string, StackPart>();
  const names = [...services, ...links].map(({ name }) => name);
  for (const service of services) {
    const to = 'to' in service ? service.to : mentioned(JSON.stringify(service), names, service.name);
    parts.set(service.name, { name: service.name, kind: to.length === 0 ? 'server' : 'gateway', to });
  }
  for (const { name, to } of links) parts.set(name, { name, kind: 'link', to: [to] });
  if (target.kind === 'url') return [[{ name: 'URL', kind: 'server', to: [] }]];
  if (target.kind === 'stdio') {
    const to = mentioned(JSON.stringify(target), names, '');
    parts.set('command', { name: 'command', kind: to.length === 0 ? 'server' : 'gateway', to });
    return byDistance(parts, 'command');
  }
  return byDistance(parts, target.kind === 'link' ? target.link : target.service);
}

/** Parts whose address stands in the configuration of a service: that is where it sends its calls. */
const mentioned = (configuration: string, names: readonly string[], own: string): readonly string[] =>
  names.filter(
    (name) =>
      name !== own && (configuration.includes(`\${service.${name}.`) || configuration.includes(`\${link.${name}.`)),
  );

/** Each part stands as far from the client as its longest way there, so that every arrow points on. */
function byDistance(parts: ReadonlyMap<string, StackPart>, first: string): StackPicture {
  const distance = new Map<string, number>();
  const visit = (name: string, far: number): void => {
    const part = parts.get(name);
    // A stack has no circle; one that had would have no end here.
    if (part === undefined || far > parts.size || (distance.get(name) ?? -1) >= far) return;
    distance.set(name, far);
    for (const next of part.to) visit(next, far + 1);
  };
  visit(first, 0);
  const layers: StackPart[][] = [];
  for (const [name, far] of distance) {
    const part = parts.get(name);
    if (part !== undefined) (layers[far] ??= []).push(part);
  }
  return layers.filter((layer) => layer !== undefined);
}
