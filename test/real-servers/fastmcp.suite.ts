/** FastMCP, over both transports: answers, failures, a question to the client, messages before the answer. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { FASTMCP, suite } from './tools.js';
import { expectEndings, knownRun } from './known-run.js';

const SERVER = join(PACKAGE_ROOT, 'test', 'real-servers', 'servers', 'fastmcp_server.py');

const CALLS = [
  '{ tool: repeat, arguments: { message: { unique: uuid } }, expect: { text: "again: ${arguments.message}" } }',
  '{ tool: measure, arguments: { depth: { integer: { min: 1, max: 9 } } }, ' +
    'expect: { structured: { depth: "${arguments.depth}" } } }',
  '{ tool: refuse, arguments: { berth: 7 } }',
  '{ tool: ask, arguments: { question: really }, expect: { contains: "not asked: " } }',
  '{ tool: steps, arguments: { count: 3 }, expect: { text: 3 steps } }',
  '{ label: wrong answer, tool: repeat, arguments: { message: x }, expect: { text: "again: y" } }',
];

const ENDINGS = {
  repeat: 'ok',
  measure: 'ok',
  refuse: 'tool (tool-error)',
  ask: 'ok',
  steps: 'ok',
  'wrong answer': 'semantic (wrong-value)',
};

const { skip, title } = suite('FastMCP', FASTMCP);

describe.skipIf(skip)(title, () => {
  it.each([
    [
      'Streamable HTTP',
      `{ services: { server: { command: ["${FASTMCP.path}", "${SERVER}", "\${port}"], path: /mcp } }, target: server }`,
    ],
    ['stdio', `{ target: { command: ["${FASTMCP.path}", "${SERVER}"] } }`],
  ])(
    'over %s answers each call as it is known to',
    async (_transport, stack) => {
      const run = await knownRun(stack, CALLS);
      expectEndings(run, ENDINGS);
      expect(run.warnings).toEqual(['expectation-failed']);
    },
    60_000,
  );
});
