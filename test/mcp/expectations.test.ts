/** What a call may expect of its answer, each with a right and a wrong one; and answers that belong to another call. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import { callSpecOf, CallText } from '../../src/catalog/index.js';
import { preflight } from '../../src/mcp/index.js';
import { callSpec, drive, http, httpTarget, protocol, rawServer, verdict } from './support.js';

const answering = (result: unknown) =>
  rawServer((_request, { id }) => [http(200, JSON.stringify({ jsonrpc: '2.0', id, result }))]);

async function ending(expectation: unknown, result: unknown, call: object = { tool: 'search' }): Promise<string> {
  const written = { ...call, expect: expectation };
  const driver = await drive(httpTarget((await answering(result)).url), [callSpecOf(CallText.parse(written))]);
  return verdict(await driver.call());
}

const texts = (...words: readonly string[]) => ({ content: words.map((text) => ({ type: 'text', text })) });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const ITEMS = {
  items: [
    { id: 7, tags: ['a', 'b'] },
    { id: 9, tags: [] },
  ],
};
const IDS = { type: 'object', required: ['items'], properties: { items: { minItems: 2 } } };

describe('an answer', () => {
  it.each([
    ['a regular expression', { matches: '^Echo: \\d+$' }, texts('Echo: 12'), 'ok/none'],
    ['a regular expression, in the second text', { matches: '^\\p{Lu}' }, texts('a', 'B'), 'ok/none'],
    ['a regular expression, in that block', { matches: '^b$', block: 0 }, texts('a', 'b'), 'semantic/wrong-value'],
    ['no regular expression', { matches: '^Echo: \\d+$' }, texts('Echo: x'), 'semantic/wrong-value'],
    ['a digest', { sha256: sha256('hull 7') }, texts('a', 'hull 7'), 'ok/none'],
    ['another digest', { sha256: sha256('hull 7') }, texts('hull 8'), 'semantic/wrong-value'],
    ['no text', { sha256: sha256('') }, { content: [] }, 'semantic/no-content'],
    ['a schema', { schema: IDS }, { structuredContent: ITEMS, content: [] }, 'ok/none'],
    ['a schema, by its JSON text', { schema: IDS }, texts('see:', JSON.stringify(ITEMS)), 'ok/none'],
    [
      'another schema',
      { schema: { ...IDS, required: ['pages'] } },
      texts(JSON.stringify(ITEMS)),
      'semantic/output-schema',
    ],
    ['no document', { schema: IDS }, texts('none'), 'semantic/output-schema'],
    ['a path', { path: '$.items[?@.id == 9]' }, { structuredContent: ITEMS }, 'ok/none'],
    ['a path to a value', { path: '$.items[*].id', is: 9 }, texts(JSON.stringify(ITEMS)), 'ok/none'],
    ['a path to a part of a map', { path: '$..items[0]', is: { id: 7 } }, { structuredContent: ITEMS }, 'ok/none'],
    [
      'a path to an equal list',
      { path: '$.items[0].tags', is: ['a'] },
      { structuredContent: ITEMS },
      'semantic/wrong-value',
    ],
    ['a path to null', { path: '$.next', is: null }, texts('{"next":null}'), 'ok/none'],
    ['a path to nothing', { path: '$.pages' }, { structuredContent: ITEMS }, 'semantic/wrong-value'],
    ['a path in no document', { path: '$.pages' }, texts('none'), 'semantic/no-content'],
  ])('with %s ends as it should', async (_what, expectation, result, how) => {
    expect(await ending(expectation, result)).toBe(how);
  });

  it('may have to be equal to an argument, whatever its type, where a path points', async () => {
    const call = { tool: 'search', arguments: { depth: 4 } };
    const wanted = { path: '$.depth', is: '${arguments.depth}' };
    expect(await ending(wanted, { structuredContent: { depth: 4 } }, call)).toBe('ok/none');
    expect(await ending(wanted, { structuredContent: { depth: '4' } }, call)).toBe('semantic/wrong-value');
  });

  it('of another operation is looked at as a whole', async () => {
    const call = { operation: 'resources/list' };
    const result = { resources: [{ uri: 'a://b', name: 'b', size: 3 }] };
    expect(await ending({ path: '$.resources[0].size', is: 3 }, result, call)).toBe('ok/none');
    expect(await ending({ schema: { required: ['nextCursor'] } }, result, call)).toBe('semantic/output-schema');
  });
});

describe('an expected schema', () => {
  it('that can not be used fails the preflight', async () => {
    const mock = await startToolsMock();
    try {
      const calls = [callSpec({ expect: { kind: 'schema', schema: { type: 'nothing' } } })];
      const setup = { target: httpTarget(mock.url), protocol: protocol(), calls, timeoutNs: 20e9, seed: 1 };
      await expect(preflight(setup)).rejects.toThrow("expects of its answers can't be used");
    } finally {
      await mock.stop();
    }
  });
});

describe('an answer that belongs to another call', () => {
  it('is one by the id that a mock gives back, in another session too, and is an event', async () => {
    const faults = [{ kind: 'misdelivered', which: { kind: 'listed', numbers: [0] } } as const];
    const mock = await startToolsMock({ serviceTime: { kind: 'constant', ns: 20e6 }, workers: 2, faults });
    try {
      const spec = callSpec({ arguments: { query: { kind: 'unique', form: 'uuid' } }, expect: { kind: 'derived' } });
      const driver = await drive(httpTarget(mock.url), [spec], { sessions: 2 });
      const slots = await Promise.all([driver.call({ session: 0, callId: 5 }), driver.call({ session: 1, callId: 6 })]);
      expect(slots.map(verdict)).toEqual(['semantic/foreign-answer', 'semantic/foreign-answer']);
      const events = driver.events.filter((event) => event.type === 'foreign-answer');
      expect(events.sort((a, b) => a.call - b.call)).toMatchObject([
        { session: 0, call: 5, answerOf: 6 },
        { session: 1, call: 6, answerOf: 5 },
      ]);
    } finally {
      await mock.stop();
    }
  });

  it('is one by the nonce in its text', async () => {
    const server = await answering(texts('Echo: plimsoll-call-41'));
    const echo = callSpec({
      arguments: { query: { kind: 'unique', form: 'call' } },
      expect: { kind: 'text', equals: 'Echo: ${arguments.query}' },
    });
    const driver = await drive(httpTarget(server.url), [echo]);
    expect(verdict(await driver.call({ callId: 41 }))).toBe('ok/none');
    expect(verdict(await driver.call({ callId: 42 }))).toBe('semantic/foreign-answer');
    expect(driver.events.filter((event) => event.type === 'foreign-answer')).toMatchObject([
      { call: 42, answerOf: 41 },
    ]);
  });

  it('is none where it is right, as one from the memory of a gateway is', async () => {
    const server = await answering({ ...texts('right'), _meta: { 'plimsoll/call': '1' } });
    const driver = await drive(httpTarget(server.url), [callSpec({ expect: { kind: 'text', equals: 'right' } })]);
    expect(verdict(await driver.call({ callId: 2 }))).toBe('ok/none');
  });
});
