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

const informational = (what: string): ContractChange => ({ class: 'informational', what: excerpt(what) });
const breaking = (what: string): ContractChange => ({ class: 'breaking', what: excerpt(what) });

/** Null: there is no such tool in that list. */
export function contractChanges(before: ContractParts | null, after: ContractParts | null): readonly ContractChange[] {
  if (before === null) return after === null ? [] : [informational('the tool is new')];
  if (after === null) return [breaking('the tool is gone')];
  const changes = [
    ...schemaChanges('inputSchema', before.inputSchema, after.inputSchema, 'tightened'),
    ...outputChanges(before.outputSchema, after.outputSchema),
    ...described(before, after),
  ];
  if (changes.length <= MOST_CHANGES) return changes;
  // Breaking ones first, so that none of them is among those left out.
  const inOrder = (['breaking', 'informational'] as const).flatMap((kind) =>
    changes.filter((change) => change.class === kind),
  );
  const left = inOrder.slice(MOST_CHANGES);
  const more: ContractChange = { class: left[0]?.class ?? 'informational', what: `and ${left.length} more` };
  return [...inOrder.slice(0, MOST_CHANGES), more];
}

function outputChanges(before: unknown, after: unknown): readonly ContractChange[] {
  if (before === undefined) return after === undefined ? [] : [informational('outputSchema: there is one now')];
  if (after === undefined)
    return [breaking('outputSchema: it is gone, so nothing is promised of structured answers any more')];
  return schemaChanges('outputSchema', before, after, 'loosened');
}

type Turn = 'tightened' | 'loosened';

function schemaChanges(name: string, before: unknown, after: unknown, breaks: Turn): readonly ContractChange[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  const [tightened, loosened] = [narrowings(before, after), narrowings(after, before)];
  const [severe, other, turnOfOther] =
    breaks === 'tightened'
      ? ([tightened, loosened, 'loosened'] as const)
      : ([loosened, tightened, 'tightened'] as const);
  // What can't be decided either way is found on both sides, and reported once.
  const unclear = new Set(severe.flatMap((each) => (each.kind === 'unclear' ? [`${each.at} ${each.keyword}`] : [])));
  const mild = other.filter((each) => each.kind !== 'unclear' || !unclear.has(`${each.at} ${each.keyword}`));
  const changes: readonly ContractChange[] = [
    ...severe.map((each) => breaking(`${name}${each.at}: ${words(each, breaks)}`)),
    ...mild.map((each) => informational(`${name}${each.at}: ${words(each, turnOfOther)}`)),
    ...optionalFields(name, before, after, [...severe, ...mild]),
  ];
  if (changes.length > 0) return changes;
  const how = meaningText(before) === meaningText(after) ? 'described' : 'written';
  return [informational(`${name}: ${how} otherwise`)];
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
function optionalFields(name: string, before: unknown, after: unknown, reported: readonly Narrowing[]) {
  const [had, has] = [fieldsOf(before), fieldsOf(after)];
  const isReported = (field: string): boolean =>
    reported.some(
      (each) => (each.kind === 'required' || each.kind === 'field') && each.at === '' && each.field === field,
    );
  const changesOf = (fields: readonly string[], without: readonly string[], verb: string) =>
    fields
      .filter((field) => !without.includes(field) && !isReported(field))
      .map((field) => informational(`${name}: field "${field}" ${verb}`));
  return [...changesOf(has, had, 'is new'), ...changesOf(had, has, 'is gone')];
}

function fieldsOf(schema: unknown): readonly string[] {
  return isObject(schema) && isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
}

function described(before: ContractParts, after: ContractParts): readonly ContractChange[] {
  const parts = (['title', 'description'] as const).filter((part) => before[part] !== after[part]);
  const had: Readonly<Record<string, unknown>> = { ...before.annotations };
  const has: Readonly<Record<string, unknown>> = { ...after.annotations };
  const text = (value: unknown): string => (value === undefined ? 'none' : canonicalJson(value));
  const keys = [...new Set([...Object.keys(had), ...Object.keys(has)])].filter(
    (key) => text(had[key]) !== text(has[key]),
  );
  return [
    ...parts.map((part) => informational(`${part} changed`)),
    ...keys.map((key) => informational(`annotation ${key}: ${text(had[key])}, then ${text(has[key])}`)),
  ];
}
