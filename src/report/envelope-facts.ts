/**
 * The envelope as rows. The room `envelope` owns its shape; here it is read as any JSON, so that a new field is shown
 * too. `{ value }` and `{ value: null, reason }` are facts; everything else is walked.
 */
import { plainText } from './text.js';

export interface EnvelopeFact {
  readonly path: string;
  readonly text: string;
  /** Why the fact is unknown; null when it is known. */
  readonly missing: string | null;
}

export interface EnvelopeGroup {
  readonly name: string;
  readonly facts: readonly EnvelopeFact[];
}

const MOST_FACTS_PER_GROUP = 120;
const DEEPEST = 5;

type Fields = Readonly<Record<string, unknown>>;

export function envelopeGroups(envelope: unknown): readonly EnvelopeGroup[] {
  if (!isFields(envelope)) return [];
  const loose: EnvelopeFact[] = [];
  const groups: EnvelopeGroup[] = [];
  for (const [name, value] of Object.entries(envelope)) {
    if (isFields(value) && !isFact(value)) {
      const facts = walk('', value, 0).slice(0, MOST_FACTS_PER_GROUP);
      if (facts.length > 0) groups.push({ name, facts });
    } else loose.push(...walk(name, value, 0));
  }
  return loose.length > 0 ? [{ name: 'record', facts: loose.slice(0, MOST_FACTS_PER_GROUP) }, ...groups] : groups;
}

function walk(path: string, value: unknown, depth: number): readonly EnvelopeFact[] {
  if (value === null) return [{ path, text: '', missing: 'no reason recorded' }];
  if (isFields(value)) {
    if (isFact(value))
      return value['value'] === null
        ? [{ path, text: '', missing: typeof value['reason'] === 'string' ? value['reason'] : 'no reason recorded' }]
        : walk(path, value['value'], depth);
    if (depth < DEEPEST)
      return Object.entries(value).flatMap(([key, inner]) =>
        walk(path === '' ? key : `${path} · ${key}`, inner, depth + 1),
      );
  }
  return [{ path, text: valueText(value), missing: null }];
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value))
    return value.length === 0
      ? 'none'
      : value
          .map((each: unknown) => (typeof each === 'object' && each !== null ? JSON.stringify(each) : valueText(each)))
          .join(', ');
  return value === undefined ? 'not recorded' : JSON.stringify(value);
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A fact has a value and at most a reason beside it. */
const isFact = (fields: Fields): boolean =>
  'value' in fields && Object.keys(fields).every((key) => key === 'value' || key === 'reason');

/** The text of a fact of the envelope, by its path; null where it is unknown. */
export function factText(envelope: unknown, ...path: readonly string[]): string | null {
  let value: unknown = envelope;
  for (const key of path) {
    if (!isFields(value)) return null;
    value = value[key];
  }
  if (isFields(value) && isFact(value)) value = value['value'];
  return value === null || value === undefined ? null : plainText(valueText(value), 120);
}

/** Where a run was measured, in a line: processor, cores, kernel, Node.js. */
export function conditionsText(envelope: unknown): string {
  const [cpu, cores, kernel, node] = [
    factText(envelope, 'host', 'cpuModel'),
    factText(envelope, 'host', 'cpuThreads'),
    factText(envelope, 'host', 'kernel'),
    factText(envelope, 'runtime', 'node'),
  ];
  const parts = [
    cpu,
    cores === null ? null : `${cores} ${cores === '1' ? 'core' : 'cores'}`,
    kernel,
    node === null ? null : `Node ${node}`,
  ];
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? 'machine unknown' : known.join(', ');
}
