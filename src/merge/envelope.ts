/**
 * The envelope of a merged run: shard 0's, with what all shards have together. Those of the others stand beside it, in
 * `shards/`. Pure.
 */
import { isObject } from '../protocol/index.js';
import type { RunHeader } from '../record/index.js';

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (found: unknown, name: string): Fields => {
  const inner = isObject(found) ? found[name] : null;
  return isObject(inner) ? inner : {};
};
const valueOf = (found: unknown, group: string, name: string): unknown =>
  fieldsOf(fieldsOf(found, group), name)['value'];

/** How loud a machine was; a verdict that is not known is none. */
const NOISE = ['quiet', 'noisy', 'contended'];

/** Null when shard 0 has none. */
export function mergedEnvelope(envelopes: readonly unknown[], { runId }: Pick<RunHeader, 'runId'>): unknown {
  const [first] = envelopes;
  if (!isObject(first)) return null;
  const noiseOf = (envelope: unknown): number => NOISE.indexOf(String(valueOf(envelope, 'noise', 'verdict')));
  const loudest = envelopes.reduce((worst, each) => (noiseOf(each) > noiseOf(worst) ? each : worst));
  return {
    ...first,
    identity: { ...fieldsOf(first, 'identity'), runId: { value: runId } },
    noise: fieldsOf(loudest, 'noise'),
    generator: {
      ...fieldsOf(first, 'generator'),
      selfCapacityPerSecond: sumOf(envelopes, 'generator', 'selfCapacityPerSecond'),
    },
    target: { ...fieldsOf(first, 'target'), sessions: sumOf(envelopes, 'target', 'sessions') },
  };
}

/** The sum of a fact over all shards; the fact of the first that does not know it. */
function sumOf(envelopes: readonly unknown[], group: string, name: string): unknown {
  const facts = envelopes.map((envelope) => fieldsOf(fieldsOf(envelope, group), name));
  const unknownFact = facts.find(({ value }) => typeof value !== 'number');
  return unknownFact ?? { value: facts.reduce((sum, { value }) => sum + Number(value), 0) };
}
