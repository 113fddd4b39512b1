/**
 * What makes an option of a mock impossible, worded alike for all mocks. Options may come from a JSON argument, so
 * nothing that their type promises is taken for granted.
 */
import { ProblemError, type Problem } from '../../problem/index.js';
import { isObject } from '../json.js';
import { amount, field, nonEmptyText, objectionsTo, whole, type Objection, type Shape } from '../shape.js';
import { CONTROL_PREFIX } from '../mock-control/paths.js';
import type { ServiceTime } from './service-time.js';

/** The options every mock has, but for `serviceTime`. */
export const COMMON = {
  host: nonEmptyText('a host name or address'),
  port: whole('a whole number from 0 to 65535', 0, 65_535),
  path: field(
    `a URL path such as /mcp, not below ${CONTROL_PREFIX}`,
    (value): value is string =>
      typeof value === 'string' && /^\/[^?#\s]*$/.test(value) && !value.startsWith(CONTROL_PREFIX),
  ),
  seed: whole('an integer', -Number.MAX_SAFE_INTEGER),
  workers: whole('a whole number from 1 to 1000000', 1, 1_000_000),
  queueCapacity: field(
    'a whole number from 0, or null for no bound',
    (value): value is number | null => value === null || (Number.isSafeInteger(value) && Number(value) >= 0),
  ),
} satisfies Shape;

const number = (must: string, holds: (value: number) => boolean) =>
  field(must, (value): value is number => typeof value === 'number' && holds(value));

const SERVICE_TIMES: Readonly<Record<ServiceTime['kind'], Shape>> = {
  constant: { ns: amount },
  exponential: { meanNs: amount },
  lognormal: { medianNs: number('a number above 0', (value) => value > 0 && value < Infinity) },
  'two-point': {
    commonNs: amount,
    rareNs: amount,
    rareShare: number('a share from 0 to 1', (value) => value >= 0 && value <= 1),
  },
};

/** `option` is where the service time stands. */
export function serviceTimeObjections(option: string, time: unknown): readonly Objection[] {
  const given = isObject(time) ? time : {};
  const kind = Object.keys(SERVICE_TIMES).find((each): each is ServiceTime['kind'] => each === given['kind']);
  if (kind === undefined) return [[`${option}.kind`, 'constant, exponential, lognormal or two-point']];
  const { medianNs, p99Ns } = given;
  const isWide = kind !== 'lognormal' || (Number.isFinite(p99Ns) && Number(p99Ns) >= Number(medianNs));
  const objections = objectionsTo(given, SERVICE_TIMES[kind], `${option}.`);
  return isWide ? objections : [...objections, [`${option}.p99Ns`, 'a number not below the median']];
}

/** @throws ProblemError (`bad-input`) for options not among `known`, for objections, and for further problems. */
export function refuseOptions(
  mock: string,
  options: object,
  known: readonly string[],
  objections: readonly Objection[],
  further: readonly Problem[] = [],
): void {
  const unknown = Object.keys(options).filter((key) => !known.includes(key));
  const problems = [
    ...unknown.map((key) => ({
      code: 'unknown-mock-option',
      what: `mock server ${mock}: unknown option ${JSON.stringify(key)}`,
      remedy: `known options: ${known.join(', ')}`,
    })),
    ...objections.map(([option, must]) => ({
      code: 'bad-mock-option',
      what: `mock server ${mock}: ${option} must be ${must}`,
      remedy: `correct ${option}, or leave it out to get the default`,
    })),
    ...further,
  ];
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
}
