/**
 * The refusal of faults that make no sense. They come from JSON, so nothing their type promises is taken for granted.
 */
import type { MockTool } from '../mock-options/tool.js';
import { isObject } from '../json.js';
import { objectionsToFields } from '../shape.js';
import { isMockFaultKind, MOCK_FAULT_KINDS, MOCK_FAULT_MESSAGES, type MockFaultMessage } from './messages.js';

const SCOPE = ['kind', 'tool', 'fromNs', 'untilNs', 'which', 'label'];

const WHICH_FIELDS: Readonly<Record<string, readonly string[]>> = {
  every: ['kind', 'n'],
  listed: ['kind', 'numbers'],
  probability: ['kind', 'probability', 'seed'],
};

const isWhole = (value: unknown, min: number): boolean => Number.isSafeInteger(value) && Number(value) >= min;
const isMoment = (value: unknown): value is string => typeof value === 'string' && /^\d{1,20}$/.test(value);

/**
 * Everything that is wrong with a fault, one clause each (`delayNs must be whole nanoseconds from 1`); empty when it
 * can be set on a mock with these tools.
 */
export function faultObjections(fault: unknown, tools: readonly MockTool[]): readonly string[] {
  return [...objections(fault, tools)];
}

function* objections(fault: unknown, tools: readonly MockTool[]): Generator<string> {
  if (!isObject(fault)) {
    yield 'a fault must be an object with a kind';
    return;
  }
  const { kind, tool, fromNs, untilNs, which, label } = fault;
  if (!isMockFaultKind(kind)) {
    yield `kind must be one of ${MOCK_FAULT_KINDS.join(', ')}`;
    return;
  }
  const { parameters, canAffect, objection }: MockFaultMessage = MOCK_FAULT_MESSAGES[kind];
  const known = [...SCOPE, ...Object.keys(parameters)];
  const found = [
    ...Object.keys(fault)
      .filter((name) => !known.includes(name))
      .map((name) => `${name} is unknown; ${kind} takes ${known.slice(1).join(', ')}`),
    ...objectionsToFields(parameters, fault),
    ...scopeObjections(fromNs, untilNs),
    ...whichObjections(which),
    ...(label === undefined || (typeof label === 'string' && label !== '') ? [] : ['label must be a text']),
    ...toolObjections(kind, tool, tools, canAffect),
  ];
  yield* found;
  if (found.length > 0) return;
  const whole = objection(fault);
  if (whole !== null) yield whole;
}

function* toolObjections(
  kind: string,
  tool: unknown,
  tools: readonly MockTool[],
  canAffect: (tool: MockTool) => boolean,
): Generator<string> {
  const named = tool === undefined ? tools : tools.filter(({ name }) => name === tool);
  if (named.length === 0) yield `tool must be one of ${tools.map(({ name }) => name).join(', ')}`;
  else if (!named.some(canAffect)) yield `${kind} can affect no call of ${named.map(({ name }) => name).join(', ')}`;
}

function* scopeObjections(fromNs: unknown, untilNs: unknown): Generator<string> {
  for (const [name, value] of Object.entries({ fromNs, untilNs })) {
    if (value !== undefined && !isMoment(value))
      yield `${name} must be absolute monotonic nanoseconds as decimal digits in a string`;
  }
  if (isMoment(fromNs) && isMoment(untilNs) && BigInt(untilNs) <= BigInt(fromNs)) yield 'untilNs must be after fromNs';
}

function* whichObjections(which: unknown): Generator<string> {
  if (which === undefined) return;
  const kind = isObject(which) ? which['kind'] : undefined;
  const fields = typeof kind === 'string' && Object.hasOwn(WHICH_FIELDS, kind) ? WHICH_FIELDS[kind] : undefined;
  if (!isObject(which) || fields === undefined) {
    yield `which.kind must be ${Object.keys(WHICH_FIELDS).join(', ')}`;
    return;
  }
  for (const name of Object.keys(which)) if (!fields.includes(name)) yield `which.${name} is unknown`;
  const { n, numbers, probability, seed } = which;
  if (kind === 'every' && !isWhole(n, 1)) yield 'which.n must be a whole number from 1';
  if (
    kind === 'listed' &&
    (!Array.isArray(numbers) || numbers.length === 0 || !numbers.every((number) => isWhole(number, 0)))
  ) {
    yield 'which.numbers must be a list of whole numbers from 0';
  }
  if (kind === 'probability') {
    if (typeof probability !== 'number' || !(probability >= 0 && probability <= 1))
      yield 'which.probability must be from 0 to 1';
    if (!Number.isSafeInteger(seed)) yield 'which.seed must be an integer';
  }
}
