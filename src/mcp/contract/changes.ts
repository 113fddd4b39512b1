/**
 * The differences between two contracts of one tool, as texts, each with its class.
 *
 * Arguments flow to the server, so a narrower input schema breaks callers; answers flow back, so a wider output schema
 * does. Title, description and annotations inform.
 */
import { canonicalJson, isObject } from '../../protocol/index.js';
import type { ContractChange } from '../../record/index.js';
import { excerpt } from '../eras/index.js';
import { narrowings, type Narrowing } from './narrowing.js';
import { meaningText } from './schema-meaning.js';
import type { ContractParts } from '../preflight/tool-contract.js';

/** One line of a table holds no more. */
const MOST_CHANGES = 20;

/** Null: there is no such tool in that list. */
export function contractChanges(before: ContractParts | null, after: ContractParts | null): readonly ContractChange[] {
  if (before === null || after === null) {
    if (after === before) return [];
    return [
      before === null
        ? { class: 'informational', what: 'the tool is new' }
        : { class: 'breaking', what: 'the tool is gone' },
    ];
  }
  const changes = [...inputChanges(before, after), ...outputChanges(before, after), ...described(before, after)];
  if (changes.length <= MOST_CHANGES) return changes;
  // Breaking ones first, so that none of them is among those left out.
  const inOrder = [
    ...changes.filter((change) => change.class === 'breaking'),
    ...changes.filter((change) => change.class === 'informational'),
  ];
  const left = inOrder.slice(MOST_CHANGES);
  return [
    ...inOrder.slice(0, MOST_CHANGES),
    { class: left[0]?.class ?? 'informational', what: `and ${left.length} more` },
  ];
}

function inputChanges(
  { inputSchema: before }: ContractParts,
  { inputSchema: after }: ContractParts,
): readonly ContractChange[] {
  return schemaChanges('inputSchema', before, after, 'tightened');
}

function outputChanges(
  { outputSchema: before }: ContractParts,
  { outputSchema: after }: ContractParts,
): readonly ContractChange[] {
  if (before === undefined || after === undefined) {
    if (after === before) return [];
    return [
      before === undefined
        ? { class: 'informational', what: 'outputSchema: there is one now' }
        : {
            class: 'breaking',
            what: 'outputSchema: it is gone, so nothing is promised of structured answers any more',
          },
    ];
  }
  return schemaChanges('outputSchema', before, after, 'loosened');
}

type Turn = 'tightened' | 'loosened';

function schemaChanges(name: string, before: unknown, after: unknown, breaks: Turn): readonly ContractChange[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  const [tightened, loosened] = [narrowings(before, after), narrowings(after, before)];
  const [breaking, other, turnOfOther] =
    breaks === 'tightened'
      ? ([tightened, loosened, 'loosened'] as const)
      : ([loosened, tightened, 'tightened'] as const);
  // What can't be decided either way is found on both sides, and reported once.
  const unclear = new Set(breaking.flatMap((each) => (each.kind === 'unclear' ? [`${each.at} ${each.keyword}`] : [])));
  const mild = other.filter((each) => each.kind !== 'unclear' || !unclear.has(`${each.at} ${each.keyword}`));
  const changes: readonly ContractChange[] = [
    ...breaking.map((each) => change('breaking', name, each, breaks)),
    ...mild.map((each) => change('informational', name, each, turnOfOther)),
    ...optionalFields(name, before, after, [...breaking, ...mild]),
  ];
  if (changes.length > 0) return changes;
  return [
    {
      class: 'informational',
      what: meaningText(before) === meaningText(after) ? `${name}: described otherwise` : `${name}: written otherwise`,
    },
  ];
}

function change(kind: ContractChange['class'], name: string, narrowing: Narrowing, turn: Turn): ContractChange {
  return { class: kind, what: excerpt(`${name}${narrowing.at}: ${words(narrowing, turn)}`) };
}

function words(narrowing: Narrowing, turn: Turn): string {
  const tight = turn === 'tightened';
  const allowed = tight ? 'is not allowed any more' : 'is allowed now';
  switch (narrowing.kind) {
    case 'required':
      return `field "${narrowing.field}" is ${tight ? 'required now' : 'not required any more'}`;
    case 'type':
      return narrowing.type === 'any'
        ? `${tight ? 'not every type is allowed any more' : 'every type is allowed now'}`
        : `type ${narrowing.type} ${allowed}`;
    case 'value':
      return `value ${narrowing.value} ${allowed}`;
    case 'listed-only':
      return tight ? 'only listed values are allowed now' : 'values need not be listed ones any more';
    case 'bound': {
      const [before, after] = tight ? [narrowing.from, narrowing.to] : [narrowing.to, narrowing.from];
      return `${narrowing.keyword} ${before}, then ${after}`;
    }
    case 'field':
      return `field "${narrowing.field}" ${allowed}`;
    case 'other-fields':
      return tight ? 'other fields are not allowed any more' : 'other fields are allowed now';
    case 'unclear':
      return `"${narrowing.keyword}" changed, and what that refuses is unknown`;
  }
}

/** Fields that came or went without being required or refused: callers are not stopped by them. */
function optionalFields(
  name: string,
  before: unknown,
  after: unknown,
  reported: readonly Narrowing[],
): readonly ContractChange[] {
  const [had, has] = [fieldsOf(before), fieldsOf(after)];
  const isReported = (field: string): boolean =>
    reported.some(
      (each) => (each.kind === 'required' || each.kind === 'field') && each.at === '' && each.field === field,
    );
  const changesOf = (fields: readonly string[], verb: string): readonly ContractChange[] =>
    fields
      .filter((field) => !isReported(field))
      .map((field) => ({ class: 'informational', what: excerpt(`${name}: field "${field}" ${verb}`) }));
  return [
    ...changesOf(
      has.filter((field) => !had.includes(field)),
      'is new',
    ),
    ...changesOf(
      had.filter((field) => !has.includes(field)),
      'is gone',
    ),
  ];
}

function fieldsOf(schema: unknown): readonly string[] {
  return isObject(schema) && isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
}

function described(before: ContractParts, after: ContractParts): readonly ContractChange[] {
  const changes: ContractChange[] = [];
  for (const part of ['title', 'description'] as const) {
    if (before[part] !== after[part]) changes.push({ class: 'informational', what: `${part} changed` });
  }
  const had: Readonly<Record<string, unknown>> = { ...before.annotations };
  const has: Readonly<Record<string, unknown>> = { ...after.annotations };
  const text = (value: unknown): string => (value === undefined ? 'none' : canonicalJson(value));
  for (const key of new Set([...Object.keys(had), ...Object.keys(has)])) {
    if (text(had[key]) !== text(has[key]))
      changes.push({
        class: 'informational',
        what: excerpt(`annotation ${key}: ${text(had[key])}, then ${text(has[key])}`),
      });
  }
  return changes;
}
