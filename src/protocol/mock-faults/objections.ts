/** The refusal of faults that make no sense. They come from JSON, so nothing their type promises is relied on. */
import type { MockTool } from '../mock-options/tool.js';
import { isObject } from '../json.js';
import { field, nonEmptyText, objectionsToFields, optional, whole, type Shape } from '../shape.js';
import {
  isMockFaultKind,
  MOCK_FAULT_KINDS,
  MOCK_FAULT_MESSAGES,
  type MockFaultMessage,
  type Which,
} from './messages.js';

const isMoment = (value: unknown): value is string => typeof value === 'string' && /^\d{1,20}$/.test(value);
const moment = optional(field('absolute monotonic nanoseconds as decimal digits in a string', isMoment));
const SCOPE = { fromNs: moment, untilNs: moment, label: optional(nonEmptyText('a text')) };

const WHICH: Readonly<Record<Which['kind'], Shape>> = {
  every: { n: whole('a whole number from 1', 1) },
  listed: {
    numbers: field(
      'a list of whole numbers from 0',
      (value): value is readonly number[] =>
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((each) => Number.isSafeInteger(each) && Number(each) >= 0),
    ),
  },
  probability: {
    probability: field(
      'from 0 to 1',
      (value): value is number => typeof value === 'number' && value >= 0 && value <= 1,
    ),
    seed: whole('an integer', -Number.MAX_SAFE_INTEGER),
  },
};

/**
 * Everything that is wrong with a fault, one clause each (`delayNs must be whole nanoseconds from 1`); empty when it
 * can be set on a mock with these tools.
 */
export function faultObjections(fault: unknown, tools: readonly MockTool[]): readonly string[] {
  if (!isObject(fault)) return ['a fault must be an object with a kind'];
  const { kind, tool, fromNs, untilNs, which } = fault;
  if (!isMockFaultKind(kind)) return [`kind must be one of ${MOCK_FAULT_KINDS.join(', ')}`];
  const { parameters, canAffect, objection }: MockFaultMessage = MOCK_FAULT_MESSAGES[kind];
  const known = ['tool', 'which', ...Object.keys({ ...SCOPE, ...parameters })];
  const found = [
    ...Object.keys(fault)
      .filter((name) => name !== 'kind' && !known.includes(name))
      .map((name) => `${name} is unknown; ${kind} takes ${known.join(', ')}`),
    ...objectionsToFields({ ...parameters, ...SCOPE }, fault),
    ...(isMoment(fromNs) && isMoment(untilNs) && BigInt(untilNs) <= BigInt(fromNs)
      ? ['untilNs must be after fromNs']
      : []),
    ...whichObjections(which),
    ...toolObjections(kind, tool, tools, canAffect),
  ];
  const whole = found.length > 0 ? null : objection(fault);
  return whole === null ? found : [whole];
}

function toolObjections(
  kind: string,
  tool: unknown,
  tools: readonly MockTool[],
  canAffect: (tool: MockTool) => boolean,
): readonly string[] {
  const named = tool === undefined ? tools : tools.filter(({ name }) => name === tool);
  if (named.length === 0) return [`tool must be one of ${tools.map(({ name }) => name).join(', ')}`];
  return named.some(canAffect) ? [] : [`${kind} can affect no call of ${named.map(({ name }) => name).join(', ')}`];
}

function whichObjections(which: unknown): readonly string[] {
  if (which === undefined) return [];
  const [, shape] = Object.entries(WHICH).find(([kind]) => isObject(which) && which['kind'] === kind) ?? [];
  if (!isObject(which) || shape === undefined) return [`which.kind must be ${Object.keys(WHICH).join(', ')}`];
  const unknown = Object.keys(which).filter((name) => name !== 'kind' && !Object.hasOwn(shape, name));
  return [...unknown.map((name) => `which.${name} is unknown`), ...objectionsToFields(shape, which, 'which.')];
}
