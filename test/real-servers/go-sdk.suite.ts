/** The example `everything` of the official Go SDK, over both transports. Some of its tools ask their client. */
import { describe, expect, it } from 'vitest';
import { GO_EVERYTHING, suite } from './tools.js';
import { expectEndings, knownRun } from './known-run.js';

const CALLS = [
  '{ tool: greet, arguments: { name: { unique: uuid } }, expect: { text: "Hi ${arguments.name}" } }',
  '{ tool: "greet (structured)", arguments: { name: Ada }, expect: { structured: { message: Hi Ada } } }',
  '{ tool: "greet (content with ResourceLink)", arguments: { name: Ada } }',
  '{ tool: ping }',
  '{ tool: log }',
  '{ tool: sample }',
  '{ tool: "elicit (form)" }',
  '{ tool: roots }',
];

const ENDINGS = {
  greet: 'ok',
  'greet (structured)': 'ok',
  'greet (content with ResourceLink)': 'ok',
  ping: 'ok',
  log: 'ok',
  // What the tool asks its client for is not offered, and it says so in its result.
  sample: 'tool (tool-error)',
  'elicit (form)': 'tool (tool-error)',
  roots: 'tool (tool-error)',
};

const { skip, title } = suite('the everything server of the Go SDK', GO_EVERYTHING);

describe.skipIf(skip)(title, () => {
  it.each([
    [
      'Streamable HTTP',
      `{ services: { server: { command: ["${GO_EVERYTHING.path}", -http, "127.0.0.1:\${port}"], path: / } }, ` +
        'target: server }',
    ],
    ['stdio', `{ target: { command: ["${GO_EVERYTHING.path}"] } }`],
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
