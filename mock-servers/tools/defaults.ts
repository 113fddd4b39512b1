/** The defaults of a `tools` mock, and the refusal of options that make no sense. */
import { ProblemError } from '../../src/problem/index.js';
import type { Problem } from '../../src/problem/index.js';
import { faultObjections } from './faults/index.js';
import type { MockTool, ServiceTime, ToolsMockOptions } from './options.js';

/** Where a mock tells the truth, on the port it serves MCP on; so no MCP endpoint may be below it. */
export const TRUTH_PREFIX = '/plimsoll/';

const DEFAULT_TOOLS: readonly MockTool[] = [
  {
    name: 'search',
    description: 'Looks something up. Has no side effect.',
    inputSchema: {
      type: 'object',
      properties: { query: { type: 'string', description: 'What to look for' } },
      required: ['query'],
    },
    effect: false,
    alwaysFails: false,
  },
  {
    name: 'book',
    description: 'Books a berth. Each execution is a side effect and stands in the ledger.',
    inputSchema: {
      type: 'object',
      properties: { berth: { type: 'string', description: 'Which berth' } },
      required: ['berth'],
    },
    effect: true,
    alwaysFails: false,
  },
  {
    name: 'fail',
    description: 'Is served like any other tool, then always reports an error.',
    inputSchema: { type: 'object', properties: {} },
    effect: false,
    alwaysFails: true,
  },
];

const DEFAULTS: ToolsMockOptions = {
  host: '127.0.0.1',
  port: 0,
  path: '/mcp',
  seed: 1,
  workers: 1,
  serviceTime: { kind: 'constant', ns: 0 },
  queueCapacity: null,
  whenFull: 'shed-503',
  retryAfterS: 1,
  addedQueueNs: 0,
  answers: 'json',
  tools: DEFAULT_TOOLS,
};

const KNOWN: readonly string[] = [...Object.keys(DEFAULTS), 'faults'];

/**
 * Completes what is given: by default one worker that needs no time, an unbounded line, JSON answers, and the tools `search`
 * (`query`, a string), `book` (`berth`, a string; has an effect) and `fail` (always `isError`).
 *
 * @throws ProblemError (`bad-input`) naming every option that is unknown or impossible.
 */
export function withDefaults(partial: Partial<ToolsMockOptions> = {}): ToolsMockOptions {
  const options: ToolsMockOptions = { ...DEFAULTS, ...partial };
  const problems = [...problemsOf(options)];
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
  return options;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isWhole = (value: unknown, min: number, max: number): boolean =>
  isNumber(value) && Number.isInteger(value) && value >= min && value <= max;
const isDuration = (value: unknown): boolean => isNumber(value) && value >= 0;
const isOneOf = (value: unknown, words: readonly string[]): boolean =>
  typeof value === 'string' && words.includes(value);

function impossible(option: string, must: string): Problem {
  return {
    code: 'bad-mock-option',
    what: `mock server tools: ${option} must be ${must}`,
    remedy: `Correct ${option}, or leave it out to get the default.`,
  };
}

// The options may come from a JSON argument, so nothing their type promises is taken for granted.
function* problemsOf(options: ToolsMockOptions): Generator<Problem> {
  for (const key of Object.keys(options)) {
    if (!KNOWN.includes(key)) {
      yield {
        code: 'unknown-mock-option',
        what: `mock server tools: unknown option ${JSON.stringify(key)}`,
        remedy: `Known options: ${KNOWN.join(', ')}.`,
      };
    }
  }
  if (typeof options.host !== 'string' || options.host === '') yield impossible('host', 'a host name or address');
  if (!isWhole(options.port, 0, 65_535)) yield impossible('port', 'a whole number from 0 to 65535');
  if (typeof options.path !== 'string' || !/^\/[^?#\s]*$/.test(options.path) || options.path.startsWith(TRUTH_PREFIX)) {
    yield impossible('path', `a URL path such as /mcp, not below ${TRUTH_PREFIX}`);
  }
  if (!isWhole(options.seed, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)) yield impossible('seed', 'an integer');
  if (!isWhole(options.workers, 1, 1_000_000)) yield impossible('workers', 'a whole number from 1 to 1000000');
  if (options.queueCapacity !== null && !isWhole(options.queueCapacity, 0, Number.MAX_SAFE_INTEGER)) {
    yield impossible('queueCapacity', 'a whole number from 0, or null for no bound');
  }
  if (!isOneOf(options.whenFull, ['shed-429', 'shed-503', 'rpc-error', 'hang'])) {
    yield impossible('whenFull', 'shed-429, shed-503, rpc-error or hang');
  }
  if (!isWhole(options.retryAfterS, 0, Number.MAX_SAFE_INTEGER)) yield impossible('retryAfterS', 'whole seconds from 0');
  if (!isWhole(options.addedQueueNs, 0, Number.MAX_SAFE_INTEGER)) {
    yield impossible('addedQueueNs', 'whole nanoseconds from 0');
  }
  if (!isOneOf(options.answers, ['json', 'sse'])) yield impossible('answers', 'json or sse');
  yield* serviceTimeProblems('serviceTime', options.serviceTime);
  if (!Array.isArray(options.tools) || options.tools.length === 0) {
    yield impossible('tools', 'a list of at least one tool');
  } else {
    const problems = [...toolProblems(options.tools)];
    yield* problems;
    // What a fault may strike is known once the tools are.
    if (problems.length === 0 && options.faults !== undefined) yield* faultProblems(options.faults, options.tools);
  }
}

function* faultProblems(faults: unknown, tools: readonly MockTool[]): Generator<Problem> {
  if (!Array.isArray(faults)) {
    yield impossible('faults', 'a list');
    return;
  }
  for (const [index, fault] of faults.entries()) {
    for (const objection of faultObjections(fault, tools)) {
      yield {
        code: 'bad-mock-option',
        what: `mock server tools: faults[${index}]: ${objection}`,
        remedy: 'Correct the fault, or leave it out.',
      };
    }
  }
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
      if (!isNumber(time.medianNs) || !(time.medianNs > 0)) yield impossible(`${option}.medianNs`, 'a number above 0');
      if (!isNumber(time.p99Ns) || !(time.p99Ns >= time.medianNs)) {
        yield impossible(`${option}.p99Ns`, 'a number not below the median');
      }
      return;
    case 'two-point':
      if (!isDuration(time.commonNs)) yield impossible(`${option}.commonNs`, 'a number from 0');
      if (!isDuration(time.rareNs)) yield impossible(`${option}.rareNs`, 'a number from 0');
      if (!isNumber(time.rareShare) || time.rareShare < 0 || time.rareShare > 1) {
        yield impossible(`${option}.rareShare`, 'a share from 0 to 1');
      }
      return;
    default:
      yield impossible(`${option}.kind`, 'constant, exponential, lognormal or two-point');
  }
}

function* toolProblems(tools: readonly MockTool[]): Generator<Problem> {
  const names = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    const option = `tools[${index}]`;
    if (typeof tool?.name !== 'string' || !/^[A-Za-z0-9_.-]{1,128}$/.test(tool.name)) {
      // MCP 2025-11-25, Tools, "Tool Names".
      yield impossible(`${option}.name`, '1 to 128 letters, digits, underscores, hyphens and dots');
      continue;
    }
    if (names.has(tool.name)) yield impossible(`${option}.name`, `unique; ${tool.name} is there twice`);
    names.add(tool.name);
    if (typeof tool.description !== 'string') yield impossible(`${option}.description`, 'a text');
    if (tool.inputSchema === null || typeof tool.inputSchema !== 'object' || tool.inputSchema['type'] !== 'object') {
      yield impossible(`${option}.inputSchema`, 'a JSON Schema of type object');
    }
    if (typeof tool.effect !== 'boolean') yield impossible(`${option}.effect`, 'true or false');
    if (typeof tool.alwaysFails !== 'boolean') yield impossible(`${option}.alwaysFails`, 'true or false');
    if (tool.serviceTime !== undefined) yield* serviceTimeProblems(`${option}.serviceTime`, tool.serviceTime);
  }
}
