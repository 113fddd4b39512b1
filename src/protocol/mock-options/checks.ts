/**
 * What makes an option of a mock impossible, worded alike for all mocks. Options may come from a JSON argument, so
 * nothing that their type promises is taken for granted.
 */
import type { Problem } from '../../problem/index.js';
import type { QueueShape } from './queue-shape.js';
import type { ServiceTime } from './service-time.js';
import { CONTROL_PREFIX } from '../mock-control/paths.js';

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isDuration = (value: unknown): boolean => isNumber(value) && value >= 0;
export const isWhole = (value: unknown, min: number, max: number): boolean =>
  isNumber(value) && Number.isInteger(value) && value >= min && value <= max;
export const isOneOf = (value: unknown, words: readonly string[]): boolean =>
  typeof value === 'string' && words.includes(value);

/** The options every mock has. */
interface CommonOptions extends QueueShape {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly seed: number;
  readonly serviceTime: ServiceTime;
}

/** The objections in the name of one kind of mock. */
export interface OptionObjections {
  readonly impossible: (option: string, must: string) => Problem;
  readonly unknownOptions: (options: object, known: readonly string[]) => Generator<Problem>;
  readonly commonProblems: (options: CommonOptions) => Generator<Problem>;
  readonly serviceTimeProblems: (option: string, time: ServiceTime) => Generator<Problem>;
}

export function optionObjections(mock: string): OptionObjections {
  const impossible = (option: string, must: string): Problem => ({
    code: 'bad-mock-option',
    what: `mock server ${mock}: ${option} must be ${must}`,
    remedy: `Correct ${option}, or leave it out to get the default.`,
  });

  function* unknownOptions(options: object, known: readonly string[]): Generator<Problem> {
    for (const key of Object.keys(options)) {
      if (known.includes(key)) continue;
      yield {
        code: 'unknown-mock-option',
        what: `mock server ${mock}: unknown option ${JSON.stringify(key)}`,
        remedy: `Known options: ${known.join(', ')}.`,
      };
    }
  }

  function* commonProblems(options: CommonOptions): Generator<Problem> {
    if (typeof options.host !== 'string' || options.host === '') yield impossible('host', 'a host name or address');
    if (!isWhole(options.port, 0, 65_535)) yield impossible('port', 'a whole number from 0 to 65535');
    if (
      typeof options.path !== 'string' ||
      !/^\/[^?#\s]*$/.test(options.path) ||
      options.path.startsWith(CONTROL_PREFIX)
    ) {
      yield impossible('path', `a URL path such as /mcp, not below ${CONTROL_PREFIX}`);
    }
    if (!isWhole(options.seed, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER))
      yield impossible('seed', 'an integer');
    if (!isWhole(options.workers, 1, 1_000_000)) yield impossible('workers', 'a whole number from 1 to 1000000');
    if (options.queueCapacity !== null && !isWhole(options.queueCapacity, 0, Number.MAX_SAFE_INTEGER)) {
      yield impossible('queueCapacity', 'a whole number from 0, or null for no bound');
    }
    yield* serviceTimeProblems('serviceTime', options.serviceTime);
  }

  function* serviceTimeProblems(option: string, time: ServiceTime): Generator<Problem> {
    switch (time?.kind) {
      case 'constant':
        if (!isDuration(time.ns)) yield impossible(`${option}.ns`, 'a number from 0');
        return;
      case 'exponential':
        if (!isDuration(time.meanNs)) yield impossible(`${option}.meanNs`, 'a number from 0');
        return;
      case 'lognormal':
        if (!isNumber(time.medianNs) || !(time.medianNs > 0))
          yield impossible(`${option}.medianNs`, 'a number above 0');
        if (!isNumber(time.p99Ns) || !(time.p99Ns >= time.medianNs))
          yield impossible(`${option}.p99Ns`, 'a number not below the median');
        return;
      case 'two-point':
        if (!isDuration(time.commonNs)) yield impossible(`${option}.commonNs`, 'a number from 0');
        if (!isDuration(time.rareNs)) yield impossible(`${option}.rareNs`, 'a number from 0');
        if (!isNumber(time.rareShare) || time.rareShare < 0 || time.rareShare > 1)
          yield impossible(`${option}.rareShare`, 'a share from 0 to 1');
        return;
      default:
        yield impossible(`${option}.kind`, 'constant, exponential, lognormal or two-point');
    }
  }

  return { impossible, unknownOptions, commonProblems, serviceTimeProblems };
}
