/** Tools of the conformance mock, by the names that the official suite calls. */
import { setTimeout as sleep } from 'node:timers/promises';
import { STATELESS_ERRORS, STATELESS_META } from '../../src/protocol/index.js';
import { RPC } from '../wire/protocol.js';
import { PNG, WAV } from './content.js';
import { Refused, elicitation, sampling, textBlock, textResult, type Exchange, type Json } from './exchange.js';
import { ROUNDS } from './rounds.js';

type Run = (exchange: Exchange) => Json | Promise<Json>;

interface Tool {
  readonly name: string;
  readonly inputSchema: Json;
  readonly run: Run;
}

const NOTHING: Json = { type: 'object', properties: {} };
const takes = (name: string, schema: Json = { type: 'string' }): Json => ({
  type: 'object',
  properties: { [name]: schema },
  required: [name],
});

const argument = ({ params }: Exchange, name: string): unknown => (params['arguments'] as Json | undefined)?.[name];

const image = { type: 'image', data: PNG, mimeType: 'image/png' };
const embedded = (uri: string, mimeType: string, text: string): Json => ({
  type: 'resource',
  resource: { uri, mimeType, text },
});

const PAUSE_MS = 50;

async function logging(exchange: Exchange): Promise<Json> {
  for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    const isWanted = !exchange.isStateless || exchange.meta[STATELESS_META.logLevel] !== undefined;
    if (isWanted) exchange.notify('notifications/message', { level: 'info', data });
    await sleep(PAUSE_MS);
  }
  return textResult('Logged.');
}

async function progress(exchange: Exchange): Promise<Json> {
  const { progressToken } = exchange.meta;
  for (const done of [0, 50, 100]) {
    const params = { progressToken, progress: done, total: 100 };
    if (progressToken !== undefined) exchange.notify('notifications/progress', params);
    await sleep(PAUSE_MS);
  }
  return textResult('Done.');
}

/** Refuses what needs a capability that the client does not have. */
function demand({ capabilities }: Exchange, capability: string): void {
  if (capabilities[capability] === undefined)
    throw new Refused(
      STATELESS_ERRORS.missingCapability,
      `The client lacks the capability ${capability}`,
      { requiredCapabilities: { [capability]: {} } },
      400,
    );
}

const elicits =
  (said: string, params: (exchange: Exchange) => Json): Run =>
  async (exchange) => {
    const { action, content } = await exchange.ask('elicitation/create', params(exchange));
    return textResult(`${said}: action=${String(action)}, content=${JSON.stringify(content)}`);
  };

const DEFAULTS = {
  name: { type: 'string', description: 'Name', default: 'John Doe' },
  age: { type: 'integer', description: 'Age', default: 30 },
  score: { type: 'number', description: 'Score', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', description: 'Verified', default: true },
};

const titled = (kind: string, values: readonly string[], titles: readonly string[]): Json => ({
  [kind]: values.map((value, n) => ({ const: value, title: titles[n] })),
});
const OPTIONS = ['option1', 'option2', 'option3'];
const VALUES = ['value1', 'value2', 'value3'];
const ENUMS = {
  untitledSingle: { type: 'string', enum: OPTIONS },
  titledSingle: { type: 'string', ...titled('oneOf', VALUES, ['First Option', 'Second Option', 'Third Option']) },
  legacyEnum: {
    ...{ type: 'string', enum: ['opt1', 'opt2', 'opt3'] },
    enumNames: ['Option One', 'Option Two', 'Option Three'],
  },
  untitledMulti: { type: 'array', items: { type: 'string', enum: OPTIONS } },
  titledMulti: { type: 'array', items: titled('anyOf', VALUES, ['First Choice', 'Second Choice', 'Third Choice']) },
};

/** A schema of many keywords, which must stand in the list as it is here. */
const RICH_SCHEMA: Json = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

/** @param changed takes which of the server's lists is another now. */
export function conformanceTools(changed: (list: 'tools' | 'prompts') => void): readonly Tool[] {
  const tool = (name: string, run: Run, inputSchema = NOTHING): Tool => ({ name, inputSchema, run });
  return [
    tool('test_simple_text', () => textResult('This is a simple text response for testing.')),
    tool('test_image_content', () => ({ content: [image] })),
    tool('test_audio_content', () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] })),
    tool('test_embedded_resource', () => ({
      content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
    })),
    tool('test_multiple_content_types', () => ({
      content: [
        textBlock('Multiple content types test:'),
        image,
        embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
      ],
    })),
    tool('test_error_handling', () => ({
      ...textResult('This tool intentionally returns an error for testing'),
      isError: true,
    })),
    tool('test_tool_with_logging', logging),
    tool('test_logging_tool', logging),
    tool('test_tool_with_progress', progress),
    tool('test_reconnection', (exchange) => {
      if (!exchange.isStateless) exchange.hangUp();
      return textResult('Reconnected.');
    }),
    tool(
      'test_sampling',
      async (exchange) => {
        const { content } = await exchange.ask(
          'sampling/createMessage',
          sampling(String(argument(exchange, 'prompt')), 100),
        );
        return textResult(`LLM response: ${JSON.stringify(content)}`);
      },
      takes('prompt'),
    ),
    tool(
      'test_elicitation',
      elicits('User response', (exchange) =>
        elicitation(String(argument(exchange, 'message')), {
          username: { type: 'string', description: 'The name of the user' },
          email: { type: 'string', description: 'The address of the user' },
        }),
      ),
      takes('message'),
    ),
    tool(
      'test_elicitation_sep1034_defaults',
      elicits('Elicitation completed', () => form(DEFAULTS)),
    ),
    tool(
      'test_elicitation_sep1330_enums',
      elicits('Elicitation completed', () => form(ENUMS)),
    ),
    tool('json_schema_2020_12_tool', () => textResult('A tool with a rich schema.'), RICH_SCHEMA),
    tool(
      'test_headers',
      () => textResult('Headers agree.'),
      takes('region', { type: 'string', 'x-mcp-header': 'Region' }),
    ),
    tool('test_missing_capability', (exchange) => {
      demand(exchange, 'sampling');
      return textResult('It can sample.');
    }),
    tool('test_streaming_elicitation', (exchange) => {
      demand(exchange, 'elicitation');
      const asked = ROUNDS.get('elicitation');
      return asked === undefined ? textResult('') : asked(exchange);
    }),
    tool('test_trigger_tool_change', () => {
      changed('tools');
      return textResult('Changed.');
    }),
    tool('test_trigger_prompt_change', () => {
      changed('prompts');
      return textResult('Changed.');
    }),
    ...[...ROUNDS].map(([name, run]) => tool(`test_input_required_result_${name}`, run)),
  ];
}

/** Nothing of it is required: what the user leaves out has a default. */
const form = (properties: Json): Json => ({
  ...elicitation('Please fill in', properties),
  requestedSchema: { type: 'object', properties, required: [] },
});

/** Tools as a list shows them. */
export const listed = (tools: readonly Tool[]): readonly Json[] =>
  tools.map(({ name, inputSchema }) => ({ name, description: `Fixture ${name}.`, inputSchema }));

/** Runs the tool that is called. */
export function callTool(tools: readonly Tool[], exchange: Exchange): Json | Promise<Json> {
  const { name } = exchange.params;
  const called = tools.find((tool) => tool.name === name);
  if (called === undefined) throw new Refused(RPC.invalidParams, `Unknown tool: ${String(name)}`);
  return called.run(exchange);
}
