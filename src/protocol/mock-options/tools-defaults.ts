/** The defaults of a `tools` mock, and the refusal of options that make no sense. */
import type { Problem } from '../../problem/index.js';
import { isObject } from '../json.js';
import { faultObjections } from '../mock-faults/objections.js';
import { field, flag, objectionsTo, oneOf, optional, text, whole, type Objection, type Shape } from '../shape.js';
import { MOST_ANSWER_BYTES, type AnswerSize } from './answer-size.js';
import { COMMON, refuseOptions, serviceTimeObjections } from './checks.js';
import { DEFAULT_PROMPTS, DEFAULT_RESOURCES, promptObjections, resourceObjections } from './offers.js';
import type { MockTool, ToolHints } from './tool.js';
import type { ToolsMockOptions } from './tools.js';

/** The schema of arguments with one string, or with none. */
const takes = (name?: string, description?: string): MockTool['inputSchema'] => ({
  type: 'object',
  properties: name === undefined ? {} : { [name]: { type: 'string', description } },
  ...(name === undefined ? {} : { required: [name] }),
});

const tool = (
  name: string,
  description: string,
  inputSchema: MockTool['inputSchema'],
  special: Partial<MockTool> = {},
): MockTool => ({ name, description, inputSchema, effect: false, alwaysFails: false, ...special });

const DEFAULT_TOOLS: readonly MockTool[] = [
  tool('search', 'Looks something up. Has no side effect.', takes('query', 'What to look for')),
  tool(
    'book',
    'Books a berth. Each execution is a side effect and stands in the ledger.',
    takes('berth', 'Which berth'),
    { effect: true },
  ),
  tool('fail', 'Is served like any other tool, then always reports an error.', takes(), { alwaysFails: true }),
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
  transport: 'streamable-http',
  answerSize: null,
  drops: 'none',
  eras: ['session', 'stateless'],
  checksHeaders: true,
  tools: DEFAULT_TOOLS,
  resources: DEFAULT_RESOURCES,
  prompts: DEFAULT_PROMPTS,
};

const isSize = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= MOST_ANSWER_BYTES;

function isAnswerSize(size: unknown): size is AnswerSize {
  if (!isObject(size)) return false;
  const { kind, bytes, medianBytes, p99Bytes, mostBytes } = size;
  if (kind === 'constant') return isSize(bytes);
  if (kind === 'pick') return Array.isArray(bytes) && bytes.length > 0 && bytes.every(isSize);
  const sizes = [medianBytes, p99Bytes, mostBytes];
  return (
    kind === 'lognormal' && sizes.every(isSize) && Number(medianBytes) >= 1 && Number(p99Bytes) >= Number(medianBytes)
  );
}

const SIZES = `a constant, pick or lognormal size of at most ${MOST_ANSWER_BYTES} bytes`;
const HINTS: readonly string[] = ['readOnlyHint', 'idempotentHint', 'destructiveHint'];

const OPTIONS: Shape = {
  ...COMMON,
  whenFull: oneOf(['shed-429', 'shed-503', 'rpc-error', 'hang']),
  retryAfterS: whole('whole seconds from 0', 0),
  addedQueueNs: whole('whole nanoseconds from 0', 0),
  answers: oneOf(['json', 'sse']),
  transport: oneOf(['streamable-http', 'http-sse']),
  answerSize: field(`null, or ${SIZES}`, (size): size is AnswerSize | null => size === null || isAnswerSize(size)),
  drops: oneOf(['none', 'cancelled', 'expired']),
  eras: field(
    'session, stateless, or both',
    (eras): eras is ToolsMockOptions['eras'] =>
      Array.isArray(eras) &&
      eras.length > 0 &&
      new Set(eras).size === eras.length &&
      eras.every((era) => era === 'session' || era === 'stateless'),
  ),
  checksHeaders: field('true or false', (checks): checks is boolean => typeof checks === 'boolean'),
};
const TOOL: Shape = {
  name: field(
    // MCP 2025-11-25, Tools, "Tool Names".
    '1 to 128 letters, digits, underscores, hyphens and dots',
    (name): name is string => typeof name === 'string' && /^[A-Za-z0-9_.-]{1,128}$/.test(name),
  ),
  description: text,
  inputSchema: field(
    'a JSON Schema of type object',
    (schema): schema is MockTool['inputSchema'] => isObject(schema) && schema['type'] === 'object',
  ),
  effect: flag,
  alwaysFails: flag,
  answerSize: optional(field(SIZES, isAnswerSize)),
  annotations: optional(
    field(
      `of ${HINTS.join(', ')}, each true or false`,
      (given): given is ToolHints =>
        isObject(given) &&
        Object.entries(given).every(([name, value]) => HINTS.includes(name) && typeof value === 'boolean'),
    ),
  ),
};

/**
 * Completes what is given: by default one worker that needs no time, an unbounded line, JSON answers, and the tools
 * `search` (`query`, a string), `book` (`berth`, a string; has an effect) and `fail` (always `isError`), the resources
 * `mock://harbour/tides`, `mock://harbour/rules` and `mock://berths/{berth}`, and the prompt `briefing` (`topic`).
 *
 * @throws ProblemError (`bad-input`) naming every option that is unknown or impossible.
 */
export function withDefaults(partial: Partial<ToolsMockOptions> = {}): ToolsMockOptions {
  const options: ToolsMockOptions = { ...DEFAULTS, ...partial };
  const tools = toolObjections(options.tools);
  const objections = [
    ...objectionsTo({ ...options }, OPTIONS),
    ...serviceTimeObjections('serviceTime', options.serviceTime),
    ...tools,
    ...resourceObjections(options.resources),
    ...promptObjections(options.prompts),
  ];
  // What a fault can affect is known once the tools are.
  const faults = tools.length > 0 || options.faults === undefined ? [] : faultProblems(options.faults, options.tools);
  refuseOptions('tools', options, [...Object.keys(DEFAULTS), 'faults'], objections, faults);
  return options;
}

function faultProblems(faults: unknown, tools: readonly MockTool[]): readonly Problem[] {
  const objections = Array.isArray(faults)
    ? faults.flatMap((fault, index) => faultObjections(fault, tools).map((what) => `faults[${index}]: ${what}`))
    : ['faults must be a list'];
  const remedy = 'correct the fault, or leave it out';
  return objections.map((what) => ({ code: 'bad-mock-option', what: `mock server tools: ${what}`, remedy }));
}

function toolObjections(tools: unknown): readonly Objection[] {
  if (!Array.isArray(tools) || tools.length === 0) return [['tools', 'a list of at least one tool']];
  const given = tools.map((tool) => (isObject(tool) ? tool : {}));
  return given.flatMap((tool, index): readonly Objection[] => {
    const { name, serviceTime } = tool;
    const option = `tools[${index}]`;
    const isTwice = given.findIndex((other) => other['name'] === name) < index;
    return [
      ...objectionsTo(tool, TOOL, `${option}.`),
      ...(isTwice ? [[`${option}.name`, `unique; ${String(name)} is there twice`] as const] : []),
      ...(serviceTime === undefined ? [] : serviceTimeObjections(`${option}.serviceTime`, serviceTime)),
    ];
  });
}
