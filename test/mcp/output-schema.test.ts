/** What a tool promises of its structured content, held to as clients built on the official SDK do. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, it } from 'vitest';
import { preflight, type PreflightReport } from '../../src/mcp/index.js';
import type { Protocol, ToolCallSpec } from '../../src/scenario/index.js';
import { callSpec, drive, httpTarget, protocol, verdict } from './support.js';
import { json, mcpServer, rpc, type McpServer } from './mcp-server.js';

const SCHEMA = {
  type: 'object',
  properties: { celsius: { type: 'number' }, sky: { enum: ['clear', 'cloudy'] } },
  required: ['celsius'],
  additionalProperties: false,
};

/** A tool `search` that declares `outputSchema` and answers with `result`. */
const promising = (result: object, outputSchema: object = SCHEMA): Promise<McpServer> =>
  mcpServer({
    tools: [{ name: 'search', inputSchema: { type: 'object' }, outputSchema }],
    call: ({ message, response }) => json(response, rpc(message.id, { result })),
  });

const examine = (
  url: string,
  more: Partial<Protocol> = {},
  call: Partial<ToolCallSpec> = {},
): Promise<PreflightReport> =>
  preflight({ target: httpTarget(url), protocol: protocol(more), calls: [callSpec(call)], timeoutNs: 20e9, seed: 1 });

/** How the call ends for the official SDK's client in the preflight, for ours there, and in the run. */
async function endings(url: string): Promise<readonly string[]> {
  const report = await examine(url, { outputSchemas: true });
  const driver = await drive(httpTarget(url), [callSpec()], {}, report.outputSchemas);
  const calls = [await driver.call(), await driver.call()];
  return [
    ...[...report.executed, ...report.executedByOwnClient].map((each) => `${each.outcome}/${each.errorClass}`),
    ...calls.map(verdict),
  ];
}

/** Whether a client that is built on the official SDK takes the answer. */
async function sdkTakes(url: string): Promise<boolean> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  try {
    await client.listTools();
    await client.callTool({ name: 'search', arguments: { query: 'hull' } });
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

const text = (words: string) => [{ type: 'text', text: words }];
const REFUSED = 'semantic/output-schema';

describe('an answer of a tool that declares an outputSchema', () => {
  it.each<[string, object, string]>([
    ['that fits', { content: [], structuredContent: { celsius: 21.5, sky: 'clear' } }, 'ok/none'],
    ['without structured content', { content: text('21.5') }, REFUSED],
    ['with another type of value', { content: [], structuredContent: { celsius: '21.5' } }, REFUSED],
    ['with a value that is not allowed', { content: [], structuredContent: { celsius: 1, sky: 'green' } }, REFUSED],
    ['without a required member', { content: [], structuredContent: { sky: 'clear' } }, REFUSED],
    ['with a member too many', { content: [], structuredContent: { celsius: 1, kelvin: 274 } }, REFUSED],
  ])('%s ends alike everywhere, and as it does for the official SDK', async (_name, result, ending) => {
    const { url } = await promising(result);
    expect(await endings(url)).toEqual([ending, ending, ending, ending]);
    expect(await sdkTakes(url)).toBe(ending === 'ok/none');
  });

  it('that reports a failure needs none', async () => {
    const { url } = await promising({ content: text('no such place'), isError: true });
    expect(await endings(url)).toEqual(Array.from({ length: 4 }, () => 'tool/tool-error'));
  });

  it('is explained before the run and in it', async () => {
    const { url } = await promising({ content: text('x'), structuredContent: { celsius: 'warm', sky: 'green' } });
    const report = await examine(url, { outputSchemas: true });
    const reason = 'celsius must be number; sky must be one of "clear", "cloudy"';
    expect(report.warnings).toMatchObject([
      { code: 'expectation-failed', what: expect.stringContaining(`semantic (output-schema)`) as unknown },
    ]);
    expect(report.warnings[0]?.what).toContain(reason);
    const driver = await drive(httpTarget(url), [callSpec()], {}, report.outputSchemas);
    await driver.call();
    expect(driver.events).toContainEqual(
      expect.objectContaining({ type: 'failure-example', errorClass: 'output-schema', text: reason }),
    );
  });

  it('is not held to it where the scenario says so', async () => {
    const { url } = await promising({ content: text('x') });
    const report = await examine(url, { outputSchemas: false });
    expect(report).toMatchObject({ outputSchemas: [], executed: [{ outcome: 'ok' }], warnings: [] });
  });

  it('is not held to a schema that can not be used, which is said', async () => {
    const { url } = await promising({ content: text('x') }, { type: 'object', properties: { a: { type: 'thing' } } });
    const report = await examine(url, { outputSchemas: true });
    expect(report.executed).toMatchObject([{ outcome: 'ok' }]);
    expect(report.warnings.map(({ code, what }) => [code, what.includes('outputSchema of tool "search"')])).toEqual([
      ['schema-unusable', true],
    ]);
  });

  it('keeps what the call itself expects', async () => {
    const { url } = await promising({ content: text('cold'), structuredContent: { celsius: 1 } });
    const report = await examine(url, { outputSchemas: true }, { expect: { kind: 'text', equals: 'warm' } });
    expect(report.executed).toMatchObject([{ errorClass: 'wrong-value' }]);
  });
});

describe('a result that the official SDK refuses', () => {
  it.each<[string, object]>([
    ['a text block without text', { content: [{ type: 'text' }] }],
    ['a block of a type that there is not', { content: [{ type: 'video', data: 'x' }] }],
    ['an image without its type', { content: [{ type: 'image', data: 'aGk=' }] }],
    ['a link without a name', { content: [{ type: 'resource_link', uri: 'a://b' }] }],
    ['a resource without anything in it', { content: [{ type: 'resource', resource: { uri: 'a://b' } }] }],
  ])('is no result for us: %s', async (_name, result) => {
    const server = await mcpServer({ call: ({ message, response }) => json(response, rpc(message.id, { result })) });
    expect(await endings(server.url)).toEqual(Array.from({ length: 4 }, () => 'semantic/bad-result'));
    expect(await sdkTakes(server.url)).toBe(false);
  });

  it('for something that we do not look at is named before the run', async () => {
    const result = { content: [{ type: 'text', text: 'x', annotations: { priority: 'high' } }] };
    const server = await mcpServer({ call: ({ message, response }) => json(response, rpc(message.id, { result })) });
    const report = await examine(server.url);
    expect(report.executed).toMatchObject([{ outcome: 'ok' }]);
    expect(report.warnings).toMatchObject([
      { code: 'result-malformed', what: expect.stringContaining('result.content.0') as unknown },
    ]);
    expect(await sdkTakes(server.url)).toBe(false);
  });
});
