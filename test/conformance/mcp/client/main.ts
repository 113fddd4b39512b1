/**
 * The client under test in the client mode of the official conformance suite: the calls of one of its scenarios, made
 * by the driver that measures. The suite names the scenario in the environment and appends the address to the command.
 */
import {
  callSpecOf,
  headerParametersOf,
  makeRequestGenerator,
  REVISIONS,
  type CallSpec,
  type CallText,
  type JsonValue,
} from '../../../../src/catalog/index.js';
import { clockFrom, takeEpoch } from '../../../../src/clock/index.js';
import { AttemptSlot, openChannels, toolViews, type ShownTool } from '../../../../src/mcp/index.js';
import { isObject } from '../../../../src/protocol/index.js';
import { seededRandom } from '../../../../src/random/index.js';
import type { CallTarget } from '../../../../src/scenario/index.js';

const url = process.argv.at(-1) ?? '';
const { MCP_CONFORMANCE_SCENARIO: scenario = '', MCP_CONFORMANCE_PROTOCOL_VERSION: version = '' } = process.env;
const revision = REVISIONS.find((known) => known === version);
if (revision === undefined) throw new Error(`no revision "${version}"`);
// The suite's servers listen on both loopback addresses or on one of them.
const target: CallTarget = { kind: 'http', url, headers: {} };

const constants = (values: Readonly<Record<string, JsonValue>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { kind: 'constant', value }] as const));

const call = (tool: string, values: Readonly<Record<string, JsonValue>> = {}): CallText => ({
  operation: 'tools/call',
  tool,
  label: `${tool} ${JSON.stringify(values)}`,
  arguments: constants(values),
});

const list = (operation: 'tools/list' | 'resources/list' | 'prompts/list') => ({ operation }) as CallText;

/** What the suite hands over in the environment: tools to call, with their arguments. */
function contextCalls(): readonly CallText[] {
  const context: unknown = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}');
  const calls =
    isObject(context) && Array.isArray(context['toolCalls']) ? (context['toolCalls'] as readonly unknown[]) : [];
  return calls.flatMap((each) =>
    isObject(each) ? [call(String(each['name']), each['arguments'] as Readonly<Record<string, JsonValue>>)] : [],
  );
}

/** Each valid tool with a text for what it needs: what clients must leave out is not called. */
const validCalls = (tools: readonly ShownTool[]): readonly CallText[] =>
  tools.flatMap((tool) =>
    headerParametersOf(tool['inputSchema']).kind === 'valid' ? [call(tool.name, { region: 'eu' })] : [],
  );

const CALLS: Readonly<Record<string, (tools: readonly ShownTool[]) => readonly CallText[]>> = {
  initialize: () => [],
  tools_call: () => [list('tools/list'), call('add_numbers', { a: 5, b: 3 })],
  'sse-retry': () => [call('test_reconnection')],
  'request-metadata': () => [list('tools/list')],
  'http-standard-headers': () => [
    ...[list('tools/list'), call('test_headers'), call('my-hyphenated-tool'), list('resources/list')],
    ...[{ operation: 'resources/read', uri: 'file:///path/to/file%20name.txt' } as unknown as CallText],
    ...[list('prompts/list'), { operation: 'prompts/get', prompt: 'test_prompt' } as CallText],
  ],
  'http-custom-headers': contextCalls,
  'http-invalid-tool-headers': validCalls,
  'json-schema-ref-no-deref': () => [list('tools/list')],
};

const callsOf = CALLS[scenario];
if (callsOf === undefined) throw new Error(`the scenario "${scenario}" is not among those that apply`);
const needsTools = scenario === 'http-custom-headers' || scenario === 'http-invalid-tool-headers';
const [tools = []] = needsTools ? await toolViews({ target, revision, sessions: 1, timeoutMs: 10_000 }) : [];
const calls: readonly CallSpec[] = callsOf(tools).map(callSpecOf);
const headerParameters = calls.map((spec) => {
  const tool = spec.operation === 'tools/call' ? tools.find(({ name }) => name === spec.tool) : undefined;
  const declared = headerParametersOf(tool?.['inputSchema'] ?? {});
  return declared.kind === 'valid' ? declared.parameters : [];
});

// No stream of the server's own: the suite answers the first GET with what it owes to a stream that it has cut.
const epoch = takeEpoch();
const waiting = new Map<AttemptSlot, () => void>();
const set = await openChannels({
  target,
  protocol: {
    ...{ revision, transport: 'streamable-http', sessions: 1, headers: {}, inFlightPerSession: 1 },
    ...{ propagateDeadline: false, trace: null, serverStream: false, outputSchemas: false, overloadCodes: [] },
  },
  calls,
  headerParameters,
  nowNs: clockFrom(BigInt(epoch.monotonicNs)),
  monotonicEpochNs: epoch.monotonicNs,
  completed: (slot) => waiting.get(slot)?.(),
  event: () => undefined,
});
const generator = makeRequestGenerator(calls, seededRandom(1));
for (const spec of calls.keys()) {
  const slot = new AttemptSlot(0, spec);
  slot.callId = spec;
  generator.prepare(slot, spec);
  await new Promise<void>((resolve) => {
    waiting.set(slot, resolve);
    set.channels[0]?.start(slot);
  });
}
await set.close(2e9);
