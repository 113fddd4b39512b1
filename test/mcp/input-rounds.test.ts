/** Results that demand input (MCP 2026-07-28): the call goes on with what the scenario answers, as one attempt. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startConformanceMock } from '../../mock-servers/index.js';
import { preflight } from '../../src/mcp/index.js';
import type { CallTarget, ClientAnswers, Protocol } from '../../src/scenario/index.js';
import {
  STATELESS_REVISION,
  callSpec,
  drive,
  http,
  httpTarget,
  protocol,
  rawServer,
  textResult,
  verdict,
} from './support.js';

const ANSWERS: ClientAnswers = {
  elicitation: { action: 'accept', content: { name: 'Ada', color: 'blue' } },
  sampling: { text: 'Paris', model: 'none' },
  roots: [{ uri: 'file:///srv/harbour' }],
};
const discovered = (id: number | undefined) =>
  JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete', supportedVersions: [STATELESS_REVISION] } });
const demand = (id: number | undefined, result: object) =>
  JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'input_required', ...result } });
const NAME = { method: 'elicitation/create', params: { message: 'Who?', requestedSchema: { type: 'object' } } };

interface Sent {
  readonly id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A server whose n-th answer to a call is that one, the last for ever. */
async function asking(answers: readonly object[], partial: Partial<Protocol> = {}) {
  let calls = 0;
  const raw = await rawServer(
    (_request, { id, method }) => {
      if (method === 'server/discover') return [http(200, discovered(id))];
      const asked = answers[calls++];
      return [http(200, asked === undefined ? textResult(id, 'done') : demand(id, asked))];
    },
    { raw: true },
  );
  const driver = await drive(httpTarget(raw.url), [callSpec()], {
    revision: STATELESS_REVISION,
    answers: ANSWERS,
    ...partial,
  });
  const sent = (): readonly Sent[] =>
    raw.seen.map(({ body }) => JSON.parse(body) as Sent).filter(({ method }) => method === 'tools/call');
  return { raw, driver, sent };
}

describe('a result that demands input', () => {
  it('is answered from the scenario in another request, which has its state as it came', async () => {
    const { driver, sent, raw } = await asking([{ inputRequests: { who: NAME }, requestState: 'a "state"' }]);
    const slot = await driver.call({ callId: 3 });
    expect(verdict(slot)).toBe('ok/none');
    const [first, second] = sent();
    expect(second?.id).not.toBe(first?.id);
    expect(second?.params).toEqual({
      ...first?.params,
      inputResponses: { who: { action: 'accept', content: { name: 'Ada', color: 'blue' } } },
      requestState: 'a "state"',
    });
    // Both rounds are one attempt.
    expect(driver.completions).toHaveLength(1);
    const bytes = raw.seen.slice(1).reduce((sum, { head, body }) => sum + head.length + 4 + body.length, 0);
    expect(slot.bytesOut).toBe(bytes);
    expect(slot.firstByteNs).toBeLessThan(slot.doneNs);
  });

  it('offers in every request what there are answers for, and is answered round by round', async () => {
    const asked = [{ inputRequests: { a: NAME } }, { inputRequests: { b: { method: 'roots/list' } } }];
    const { driver, sent } = await asking(asked);
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(sent().map(({ params }) => params['inputResponses'])).toEqual([
      undefined,
      { a: expect.objectContaining({ action: 'accept' }) as unknown },
      { b: { roots: [{ uri: 'file:///srv/harbour' }] } },
    ]);
    for (const { params } of sent())
      expect(params['_meta']).toMatchObject({
        'io.modelcontextprotocol/clientCapabilities': { elicitation: {}, sampling: {}, roots: {} },
      });
  });

  it.each<[string, Partial<Protocol>, object, number]>([
    ['demands what is not offered', { answers: { roots: [] } }, { inputRequests: { a: NAME } }, 1],
    ['demands nothing that has a name', {}, { requestState: 'later' }, 1],
    ['is malformed', {}, { inputRequests: { a: 7 } }, 1],
    ['comes an eleventh time', {}, { inputRequests: { a: NAME } }, 11],
  ])('ends the call where it %s', async (_what, partial, asked, requests) => {
    const { driver, sent } = await asking(Array<object>(20).fill(asked), partial);
    expect(verdict(await driver.call())).toBe('protocol/input-required');
    expect(sent()).toHaveLength(requests);
  });

  it('is counted like the requests of a server that has sessions', async () => {
    const { driver } = await asking([{ inputRequests: { a: NAME, b: { method: 'sampling/createMessage' } } }]);
    await driver.call();
    await driver.set.close(1e9);
    expect(driver.events.find(({ type }) => type === 'server-requests')).toMatchObject({
      methods: [
        { method: 'elicitation/create', answered: 1, refused: 0 },
        { method: 'sampling/createMessage', answered: 1, refused: 0 },
      ],
    });
  });

  it('is answered by both clients of the preflight alike, whatever the tool demands', async () => {
    const mock = await startConformanceMock();
    onTestFinished(() => mock.stop());
    const tool = (name: string) =>
      callSpec({ tool: `test_input_required_result_${name}`, label: name, arguments: {}, expect: { kind: 'success' } });
    const report = await preflight({
      target: httpTarget(mock.url),
      protocol: protocol({ revision: STATELESS_REVISION, answers: ANSWERS }),
      calls: ['elicitation', 'sampling', 'list_roots', 'request_state', 'multiple_inputs', 'multi_round'].map(tool),
      timeoutNs: 20e9,
      seed: 1,
    });
    const ends = (all: typeof report.executed) => all.map(({ label, outcome }) => `${label} ${outcome}`);
    expect(ends(report.executed)).toEqual(ends(report.executedByOwnClient));
    expect(report.executed.map(({ outcome }) => outcome)).toEqual(Array(6).fill('ok'));
  });

  it('is answered over stdio too', async () => {
    const server = fileURLToPath(new URL('./fixtures/stateless-stdio-server.mjs', import.meta.url));
    const target: CallTarget = {
      ...{ kind: 'stdio', command: [process.execPath, server] },
      ...{ environment: {}, workingFolder: process.cwd() },
    };
    const call = callSpec({
      tool: 'demand',
      arguments: {},
      expect: { kind: 'contains', part: '"content":{"name":"Ada"' },
    });
    const driver = await drive(target, [call], { revision: STATELESS_REVISION, answers: ANSWERS });
    expect(verdict(await driver.call())).toBe('ok/none');
  });
});
