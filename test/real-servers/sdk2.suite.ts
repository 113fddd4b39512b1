/** A server on the official SDK 2.x: one that speaks only revisions without sessions, and one of both eras. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { FULL } from '../whole-runs.js';
import { expectEndings, knownRun } from './known-run.js';
import { SDK2, suite } from './tools.js';

const SERVER = join(PACKAGE_ROOT, 'test', 'real-servers', 'servers', 'sdk2-server.mjs');

const CALLS = [
  '{ tool: repeat, arguments: { message: { unique: uuid } }, expect: { text: "again: ${arguments.message}" } }',
  '{ tool: measure, arguments: { depth: { integer: { min: 1, max: 9 } } }, ' +
    'expect: { structured: { depth: "${arguments.depth}" } } }',
  '{ tool: refuse, arguments: { berth: 7 } }',
  '{ operation: resources/read, uri: "harbour://tide", expect: { text: high water at noon } }',
  '{ operation: prompts/get, prompt: hail, arguments: { ship: { pick: [Vasa, Argo] } }, ' +
    'expect: { text: "Ahoy, ${arguments.ship}!" } }',
];

const ENDINGS = {
  repeat: 'ok',
  measure: 'ok',
  refuse: 'tool (tool-error)',
  'harbour://tide': 'ok',
  hail: 'ok',
};

type Case = readonly [server: 'modern' | 'dual', transport: 'Streamable HTTP' | 'stdio', revision: string];

/** Between them each kind of server, each transport and each era, and the detection of one. */
const CASES: readonly Case[] = [
  ['modern', 'Streamable HTTP', 'auto'],
  ['dual', 'stdio', '2025-11-25'],
];

/** Every night the others too. */
const OTHERS: readonly Case[] = [
  ['modern', 'Streamable HTTP', '2026-07-28'],
  ['modern', 'stdio', '2026-07-28'],
  ['dual', 'Streamable HTTP', '2025-11-25'],
  ['dual', 'Streamable HTTP', '2026-07-28'],
  ['dual', 'stdio', 'auto'],
];

const stackOf = ([server, transport]: Case): string => {
  const command = `node, "${SERVER}", "${SDK2.path}", ${server}`;
  return transport === 'stdio'
    ? `{ target: { command: [${command}] } }`
    : `{ services: { server: { command: [${command}, "\${port}"], path: /mcp } }, target: server }`;
};

const { skip, title } = suite('a server on the official SDK 2.x', SDK2);

describe.skipIf(skip)(title, () => {
  it.each(FULL ? [...CASES, ...OTHERS] : CASES)(
    '(%s) over %s, asked for revision %s, answers each call as it is known to',
    async (...given) => {
      const run = await knownRun(stackOf(given), CALLS, `revision: ${given[2]}`);
      expectEndings(run, ENDINGS);
      expect(run.warnings).toEqual(['expectation-failed']);
    },
    60_000,
  );
});
