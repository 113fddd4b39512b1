/** What the checks look at: the parts that parsed, the names there are, and a way to complain. */
import type { Problem } from '../../problem/index.js';
import { DEFAULT_GENERATOR, DEFAULT_RECOVERY } from '../defaults.js';
import { ProtocolText } from '../grammar/protocol.js';
import {
  CallText,
  FaultText,
  GateText,
  HypothesisText,
  PhaseText,
  SUBJECT_KEYS,
  isMap,
  placeParts,
  readQuantity,
  type CheckReport,
  type Path,
} from '../../catalog/index.js';
import { withoutFaulty } from '../grammar/issues.js';
import { LinkText, ServiceText, TargetText } from '../grammar/stack.js';
import type { Environment } from '../placeholders.js';
import { nodeAt, pathText, placeOf, spanAt, type MapNode } from '../tree.js';
import { replicaNames } from '../replicas.js';
import type { JsonValue } from '../types.js';
import type { z } from 'zod';

export interface CheckContext extends CheckReport {
  readonly tree: MapNode;
  readonly environment: Environment;
  /** Services and links by name; null where one did not parse: that has been reported, and its name still counts. */
  readonly services: ReadonlyMap<string, ServiceText | null>;
  /** Names among the services that are not written but made by `replicas`, with the service they are replicas of. */
  readonly replicas: ReadonlyMap<string, string>;
  readonly links: ReadonlyMap<string, z.output<typeof LinkText> | null>;
  readonly target: z.output<typeof TargetText> | null;
  readonly protocol: ProtocolText;
  readonly calls: readonly (CallText | null)[];
  readonly phases: readonly (PhaseText | null)[];
  readonly faults: readonly (FaultText | null)[];
  readonly gates: readonly (GateText | null)[];
  /** Those of the whole run. */
  readonly hypotheses: readonly (HypothesisText | null)[];
  /** Names of all phases and labels of all calls, parsed or not. */
  readonly phaseNames: readonly string[];
  readonly callLabels: readonly string[];
  readonly allowRemote: boolean;
  readonly hasLoadLine: boolean;
  readonly watchesContract: boolean;
  readonly readsToolLists: boolean;
  readonly maxInFlight: number;
  readonly workers: number;
  /** Hold time of the recovery band. */
  readonly holdNs: number;
}

/** The parts of a document that may still be wrong elsewhere. */
export function contextOf(
  tree: MapNode,
  document: JsonValue,
  environment: Environment,
  errors: Problem[],
  warnings: Problem[],
): CheckContext {
  const root = isMap(document) ? document : {};
  const stack = isMap(root['stack']) ? root['stack'] : {};
  const calls = items(root['calls'], CallText);
  const phases = items(root['phases'], PhaseText);
  const complain =
    (into: Problem[]): CheckReport['error'] =>
    (place, code, { what, remedy }) => {
      const { path, want } = placeParts(place);
      const where = placeOf(spanAt(tree, path, want));
      into.push({ code, what: path.length === 0 ? what : `${pathText(path)}: ${what}`, where, remedy });
    };
  const { 'max-in-flight': maxInFlight, workers } = isMap(root['generator']) ? root['generator'] : {};
  const { hold } = isMap(root['recovery']) ? root['recovery'] : {};
  const holdRead = typeof hold === 'string' ? readQuantity('duration', hold, 's') : null;
  return {
    tree,
    environment,
    ...withReplicas(members(stack['services'], ServiceText)),
    links: members(stack['links'], LinkText),
    target: parsed(TargetText, stack['target']),
    protocol: parsed(ProtocolText, root['protocol'] ?? {}) ?? {},
    calls,
    phases,
    faults: items(root['faults'], FaultText),
    gates: items(root['gates'], GateText),
    hypotheses: items(root['hypotheses'], HypothesisText),
    phaseNames: phases.flatMap((_, index) => wordAt(tree, ['phases', index, 'name']) ?? []),
    callLabels: calls.flatMap((_, index) => {
      const words = ['label', ...SUBJECT_KEYS].map((key) => wordAt(tree, ['calls', index, key]));
      return words.find((word) => word !== null) ?? [];
    }),
    allowRemote: root['allow-remote'] === true,
    hasLoadLine: root['load-line'] !== undefined,
    watchesContract: root['contract'] !== undefined,
    readsToolLists: root['tool-lists'] !== undefined,
    maxInFlight: typeof maxInFlight === 'number' ? maxInFlight : DEFAULT_GENERATOR.maxInFlight,
    workers: typeof workers === 'number' ? workers : DEFAULT_GENERATOR.workers,
    holdNs: holdRead?.ok === true ? holdRead.value : DEFAULT_RECOVERY.holdNs,
    error: complain(errors),
    warn: complain(warnings),
  };
}

function parsed<T extends z.ZodType>(schema: T, value: unknown): z.output<T> | null {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const second = schema.safeParse(withoutFaulty(value, result.error.issues));
  return second.success ? second.data : null;
}

function items<T extends z.ZodType>(value: unknown, schema: T): readonly (z.output<T> | null)[] {
  return Array.isArray(value) ? (value as readonly unknown[]).map((item) => parsed(schema, item)) : [];
}

function members<T extends z.ZodType>(value: unknown, schema: T): ReadonlyMap<string, z.output<T> | null> {
  return new Map(isMap(value) ? Object.entries(value).map(([key, member]) => [key, parsed(schema, member)]) : []);
}

/** Replicas stand in the list right before the service they belong to, in the order in which they start. */
function withReplicas(written: ReadonlyMap<string, ServiceText | null>): Pick<CheckContext, 'services' | 'replicas'> {
  const services = new Map<string, ServiceText | null>();
  const replicas = new Map<string, string>();
  for (const [name, text] of written) {
    for (const replica of replicaNames(name, text)) {
      replicas.set(replica, name);
      if (!written.has(replica)) services.set(replica, text);
    }
    services.set(name, text);
  }
  return { services, replicas };
}

function wordAt(tree: MapNode, path: Path): string | null {
  const node = nodeAt(tree, path);
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
}

/** The service calls end up at, looking through a link; null for URLs and stdio targets, or when it is not known. */
export function targetService(context: CheckContext): ServiceText | null {
  const { target, services, links } = context;
  if (typeof target !== 'string') return null;
  // A chain of gateways can't be longer than there are services: longer means a circle, which is complained about
  // elsewhere.
  for (let name = target, steps = 0; steps <= services.size + links.size; steps++) {
    const service = services.get(name);
    const next =
      service === undefined ? links.get(name)?.to : service !== null && 'to' in service ? service.to[0] : undefined;
    if (next === undefined) return service ?? null;
    name = next;
  }
  return null;
}
