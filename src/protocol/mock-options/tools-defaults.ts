/** The defaults of a `tools` mock, and the refusal of options that make no sense. */
import { ProblemError, type Problem } from '../../problem/index.js';
import { faultObjections } from '../mock-faults/objections.js';
import type { MockTool } from './tool.js';
import type { ToolsMockOptions } from './tools.js';
import { isOneOf, isWhole, optionObjections } from './checks.js';

const { impossible, commonProblems, serviceTimeProblems, unknownOptions } = optionObjections('tools');

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
  drops: 'none',
  tools: DEFAULT_TOOLS,
};

const KNOWN: readonly string[] = [...Object.keys(DEFAULTS), 'faults'];

/**
 * Completes what is given: by default one worker that needs no time, an unbounded line, JSON answers, and the tools
 * `search` (`query`, a string), `book` (`berth`, a string; has an effect) and `fail` (always `isError`).
 *
 * @throws ProblemError (`bad-input`) naming every option that is unknown or impossible.
 */
export function withDefaults(partial: Partial<ToolsMockOptions> = {}): ToolsMockOptions {
  const options: ToolsMockOptions = { ...DEFAULTS, ...partial };
  const problems = [...problemsOf(options)];
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
  return options;
}

// The options may come from a JSON argument, so nothing their type promises is taken for granted.
function* problemsOf(options: ToolsMockOptions): Generator<Problem> {
  yield* unknownOptions(options, KNOWN);
  yield* commonProblems(options);
  if (!isOneOf(options.whenFull, ['shed-429', 'shed-503', 'rpc-error', 'hang'])) {
    yield impossible('whenFull', 'shed-429, shed-503, rpc-error or hang');
  }
  if (!isWhole(options.retryAfterS, 0, Number.MAX_SAFE_INTEGER))
    yield impossible('retryAfterS', 'whole seconds from 0');
  if (!isWhole(options.addedQueueNs, 0, Number.MAX_SAFE_INTEGER)) {
    yield impossible('addedQueueNs', 'whole nanoseconds from 0');
  }
  if (!isOneOf(options.answers, ['json', 'sse'])) yield impossible('answers', 'json or sse');
  if (!isOneOf(options.drops, ['none', 'cancelled', 'expired']))
    yield impossible('drops', 'none, cancelled or expired');
  if (!Array.isArray(options.tools) || options.tools.length === 0) {
    yield impossible('tools', 'a list of at least one tool');
  } else {
    const problems = [...toolProblems(options.tools)];
    yield* problems;
    // What a fault can affect is known once the tools are.
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

const HINTS: readonly string[] = ['readOnlyHint', 'idempotentHint', 'destructiveHint'];

function areHints(given: unknown): boolean {
  return (
    typeof given === 'object' &&
    given !== null &&
    !Array.isArray(given) &&
    Object.entries(given).every(([name, value]) => HINTS.includes(name) && typeof value === 'boolean')
  );
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
    if (tool.annotations !== undefined && !areHints(tool.annotations))
      yield impossible(`${option}.annotations`, `of ${HINTS.join(', ')}, each true or false`);
    if (tool.serviceTime !== undefined) yield* serviceTimeProblems(`${option}.serviceTime`, tool.serviceTime);
  }
}
