/**
 * The refusal of faults that make no sense. They come from JSON, so nothing their type promises is taken for granted.
 */
import type { MockTool } from '../mock-tool.js';
import { isRecord } from '../../wire/protocol.js';
import type { MockFault } from './options.js';
import { faultType, isFaultKind, MOCK_FAULT_KINDS, objectionTo } from './registry.js';

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
 * can be put on a mock with these tools.
 */
export function faultObjections(fault: unknown, tools: readonly MockTool[]): readonly string[] {
  return [...objections(fault, tools)];
}

function* objections(fault: unknown, tools: readonly MockTool[]): Generator<string> {
  if (!isRecord(fault)) {
    yield 'a fault must be an object with a kind';
    return;
  }
  const { kind, tool, fromNs, untilNs, which, label } = fault;
  if (!isFaultKind(kind)) {
    yield `kind must be one of ${MOCK_FAULT_KINDS.join(', ')}`;
    return;
  }
  const { parameters, concerns } = faultType(kind);
  const known = [...SCOPE, ...Object.keys(parameters)];
  let fine = true;
  for (const name of Object.keys(fault)) {
    if (known.includes(name)) continue;
    fine = false;
    yield `${name} is unknown; ${kind} takes ${known.slice(1).join(', ')}`;
  }
  for (const [name, { must, optional = false, holds }] of Object.entries(parameters)) {
    const value = fault[name];
    if (value === undefined ? optional : holds(value)) continue;
    fine = false;
    yield `${name} must be ${must}`;
  }
  for (const objection of [...scopeObjections(fromNs, untilNs), ...whichObjections(which)]) {
    fine = false;
    yield objection;
  }
  if (label !== undefined && (typeof label !== 'string' || label === '')) {
    fine = false;
    yield 'label must be a text';
  }
  const named = tool === undefined ? tools : tools.filter(({ name }) => name === tool);
  if (named.length === 0) {
    fine = false;
    yield `tool must be one of ${tools.map(({ name }) => name).join(', ')}`;
  } else if (concerns !== undefined && !named.some(concerns)) {
    fine = false;
    yield `${kind} can strike no call of ${named.map(({ name }) => name).join(', ')}`;
  }
  if (!fine) return;
  // Every field has been checked against the kind's own shape.
  const whole = fault as unknown as MockFault;
  const objection = objectionTo(whole.kind, whole);
  if (objection !== null) yield objection;
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
  const kind = isRecord(which) ? which['kind'] : undefined;
  const fields = typeof kind === 'string' && Object.hasOwn(WHICH_FIELDS, kind) ? WHICH_FIELDS[kind] : undefined;
  if (!isRecord(which) || fields === undefined) {
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
