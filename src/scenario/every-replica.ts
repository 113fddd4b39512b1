/** `up-*` in the `to` of a gateway: every replica of the service `up`, each an upstream of its own. */
import { replicasNamed } from './replicas.js';
import { nodeAt, type MapNode, type TreeNode } from './tree.js';

const ENDING = '-*';
const SERVICES = ['stack', 'services'] as const;

/** The service whose replicas a name stands for; null for any other name. */
export const serviceOfAll = (name: string): string | null =>
  name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : null;

/** The document with the replicas in place of each such name; one of a service without replicas stays as it is. */
export function withEveryReplica(tree: MapNode): MapNode {
  return changedAt(tree, SERVICES, (services) => {
    if (services.kind !== 'map') return services;
    const entries = [...services.entries].map(([name, entry]) => {
      const value = changedAt(entry.value, ['to'], (to) =>
        to.kind === 'list' ? { ...to, items: to.items.flatMap((item) => replicasFor(item, services)) } : to,
      );
      return [name, { ...entry, value }] as const;
    });
    return { ...services, entries: new Map(entries) };
  }) as MapNode;
}

function replicasFor(item: TreeNode, services: MapNode): readonly TreeNode[] {
  if (item.kind !== 'scalar' || typeof item.value !== 'string') return [item];
  const name = serviceOfAll(item.value);
  const count = name === null ? null : nodeAt(services, [name, 'replicas']);
  if (name === null || count?.kind !== 'scalar' || typeof count.value !== 'number') return [item];
  const names = replicasNamed(name, count.value);
  return names.length === 0 ? [item] : names.map((value) => ({ ...item, value }));
}

/** A tree with one of its nodes changed; as it is where there is none at the path. */
function changedAt(node: TreeNode, path: readonly string[], change: (node: TreeNode) => TreeNode): TreeNode {
  const [key, ...rest] = path;
  if (key === undefined) return change(node);
  const entry = node.kind === 'map' ? node.entries.get(key) : undefined;
  if (node.kind !== 'map' || entry === undefined) return node;
  return {
    ...node,
    entries: new Map(node.entries).set(key, { ...entry, value: changedAt(entry.value, rest, change) }),
  };
}
