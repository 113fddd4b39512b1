/** `@modelcontextprotocol/server-everything`, over all three transports: known calls, known answers, known errors. */
import { describe, expect, it } from 'vitest';
import { EVERYTHING, suite } from './tools.js';
import { expectEndings, knownRun } from './known-run.js';

const CALLS = [
  '{ tool: echo, arguments: { message: { unique: uuid } }, expect: { text: "Echo: ${arguments.message}" } }',
  '{ tool: get-sum, arguments: { a: { integer: { min: 1, max: 99 } }, b: 4 }, ' +
    'expect: { contains: "The sum of ${arguments.a} and 4 is " } }',
  '{ tool: get-structured-content, arguments: { location: Chicago }, ' +
    'expect: { structured: { temperature: 36, humidity: 82 } } }',
  '{ label: other weather, tool: get-structured-content, arguments: { location: Chicago }, ' +
    'expect: { structured: { temperature: 37 } } }',
  '{ tool: get-tiny-image, expect: { contains: "image" } }',
  '{ tool: get-resource-reference, arguments: { resourceType: Text, resourceId: 3 }, ' +
    'expect: { contains: "resource" } }',
  '{ tool: trigger-long-running-operation, arguments: { duration: 0.02, steps: 2 }, ' +
    'expect: { contains: "Steps: 2." } }',
  '{ label: too late, tool: trigger-long-running-operation, arguments: { duration: 5, steps: 1 }, deadline: 80ms, ' +
    'weight: 1 }',
  '{ label: bad resource, tool: get-resource-reference, arguments: { resourceType: Text, resourceId: -1 } }',
];

/** What it offers besides tools. */
const OTHER_CALLS = [
  '{ operation: resources/list }',
  '{ operation: resources/templates/list, expect: { text: "demo://resource/dynamic/text/{resourceId}" } }',
  '{ label: text, operation: resources/read, ' +
    'uri: { pick: ["demo://resource/dynamic/text/1", "demo://resource/dynamic/text/2"] }, ' +
    'expect: { contains: "This is a plaintext resource created at" } }',
  '{ operation: prompts/list, expect: { text: args-prompt } }',
  '{ operation: prompts/get, prompt: args-prompt, arguments: { city: { pick: [Rome, Oslo] } }, ' +
    'expect: { text: "What\'s weather in ${arguments.city}?" } }',
  '{ operation: completion/complete, of: { prompt: completable-prompt }, argument: department, value: Eng, ' +
    'expect: { text: Engineering } }',
  '{ operation: ping }',
  '{ operation: logging/setLevel, level: error }',
];

const ENDINGS = {
  echo: 'ok',
  'get-sum': 'ok',
  'get-structured-content': 'ok',
  'other weather': 'semantic (wrong-value)',
  'get-tiny-image': 'ok',
  'get-resource-reference': 'ok',
  'trigger-long-running-operation': 'ok',
  'too late': 'deadline (deadline)',
  'bad resource': 'tool (tool-error)',
};

const { skip, title } = suite('server-everything', EVERYTHING);

describe.skipIf(skip)(title, () => {
  it.each([
    [
      'Streamable HTTP',
      `{ services: { server: { command: [node, "${EVERYTHING.path}", streamableHttp], path: /mcp, ` +
        'environment: { PORT: "${port}" } } }, target: server }',
    ],
    ['stdio', `{ target: { command: [node, "${EVERYTHING.path}", stdio] } }`],
    [
      'HTTP+SSE',
      `{ services: { server: { command: [node, "${EVERYTHING.path}", sse], path: /sse, ` +
        'environment: { PORT: "${port}" } } }, target: server }',
      'transport: http-sse',
    ],
  ])(
    'over %s answers each call as it is known to',
    async (_transport, stack, protocol = '') => {
      const run = await knownRun(stack, CALLS, protocol);
      expectEndings(run, ENDINGS);
      expect(run.warnings).toEqual(['deadline-too-short', 'expectation-failed']);
    },
    60_000,
  );

  it('answers what is no call of a tool as it is known to', async () => {
    const stack =
      `{ services: { server: { command: [node, "${EVERYTHING.path}", streamableHttp], path: /mcp, ` +
      'environment: { PORT: "${port}" } } }, target: server }';
    const run = await knownRun(stack, OTHER_CALLS);
    const labels = ['resources/list', 'resources/templates/list', 'text', 'prompts/list', 'args-prompt', 'department'];
    expectEndings(run, Object.fromEntries([...labels, 'ping', 'logging/setLevel'].map((label) => [label, 'ok'])));
    expect(run.warnings).toEqual([]);
  }, 60_000);

  it('gets the answers of the scenario to what its tools ask of the client', async () => {
    const calls = [
      '{ tool: trigger-sampling-request, arguments: { prompt: hull, maxTokens: 10 }, expect: { contains: "Ahoy" } }',
      '{ tool: trigger-elicitation-request, expect: { contains: "Ada" } }',
      '{ tool: get-roots-list, expect: { contains: "file:///srv/harbour" } }',
    ];
    const answers =
      'answers: { sampling: { text: Ahoy }, elicitation: { accept: { name: Ada } }, ' +
      'roots: [{ uri: "file:///srv/harbour", name: harbour }] }';
    const run = await knownRun(`{ target: { command: [node, "${EVERYTHING.path}", stdio] } }`, calls, answers);
    expectEndings(run, {
      'trigger-sampling-request': 'ok',
      'trigger-elicitation-request': 'ok',
      'get-roots-list': 'ok',
    });
  }, 60_000);
});
