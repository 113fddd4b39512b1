/** `more-tools`: tools that no call is for, others in each mock and in each replica of a stack. */
import { moreTools } from '../protocol/index.js';
import type { ServiceText } from './grammar/stack.js';
import { replicaNames } from './replicas.js';
import type { Service } from './types.js';

/** The services; each mock that wants more tools has some that no other has. @param texts by name, in order. */
export function withMoreTools(
  services: readonly Service[],
  texts: Readonly<Record<string, ServiceText>>,
  seed: number,
): readonly Service[] {
  const wanted = new Map(Object.entries(texts).flatMap(([name, text]) => countsOf(name, text)));
  const draw = moreTools(seed);
  return services.map((service) => {
    const count = wanted.get(service.name);
    if (service.kind !== 'mock' || count === undefined) return service;
    const { options } = service;
    const more = draw(count, new Set(options.tools.map(({ name }) => name)));
    return { ...service, options: { ...options, tools: [...options.tools, ...more] } };
  });
}

/** How many more tools a mock wants, or each of its replicas; by name. */
function countsOf(name: string, text: ServiceText): readonly (readonly [string, number])[] {
  const count = 'more-tools' in text ? text['more-tools'] : undefined;
  if (count === undefined) return [];
  const replicas = replicaNames(name, text);
  return (replicas.length === 0 ? [name] : replicas).map((each) => [each, count] as const);
}
