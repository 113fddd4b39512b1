import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { RequestAnswers } from '../../src/mcp/eras/index.js';
import { preflight } from '../../src/mcp/index.js';
import { callSpec, drive, httpTarget, protocol, verdict } from './support.js';
import { answer, event, json, mcpServer, rpc, stream, type Message } from './mcp-server.js';

/** A tool that asks its client something on the stream of its answer, and goes on once it is answered. */
async function asking(method: string, serverId: string | number = 'ask-1', params: object = {}) {
  const heard: Message[] = [];
  let goOn: () => void = () => undefined;
  const server = await mcpServer({
    call: ({ message, response }) => {
      goOn = () => void response.end(event(answer(message.id)));
      stream(response).write(event(rpc(serverId, { method, params })));
    },
    answered: (message) => {
      heard.push(message);
      goOn();
    },
  });
  return { ...server, heard };
}

describe('a request of the server on the stream of an answer', () => {
  it('ping gets an empty result, and the call its answer', async () => {
    const server = await asking('ping');
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(server.heard).toEqual([{ jsonrpc: '2.0', id: 'ask-1', result: {} }]);
  });

  it.each(['elicitation/create', 'sampling/createMessage', 'roots/list'])(
    '%s, which was not offered, is refused at once as a method that we do not have',
    async (method) => {
      const server = await asking(method, 0);
      const driver = await drive(httpTarget(server.url));
      expect(verdict(await driver.call())).toBe('ok/none');
      expect(server.heard).toMatchObject([{ id: 0, error: { code: -32601 } }]);
    },
  );

  it('is answered in the session, with the header lines that every request has', async () => {
    let head: IncomingMessage['headers'] = {};
    const server = await mcpServer({
      call: ({ message, response }) => {
        stream(response).write(event(rpc(1, { method: 'ping' })) + event(answer(message.id)));
        response.end();
      },
      answered: (_message, request) => (head = request.headers),
    });
    const driver = await drive(httpTarget(server.url, { 'X-Tenant': 'blue' }));
    expect(verdict(await driver.call())).toBe('ok/none');
    await vi.waitFor(() => expect(head['mcp-session-id']).toBe('s1'));
    expect(head).toMatchObject({ 'mcp-protocol-version': '2025-11-25', 'x-tenant': 'blue' });
  });

  it('many from calls at once are all answered', async () => {
    const waiting = new Map<unknown, () => void>();
    const server = await mcpServer({
      call: ({ message, request, response }) => {
        const key = `${String(request.headers['mcp-session-id'])}-${message.id}`;
        waiting.set(key, () => void response.end(event(answer(message.id))));
        stream(response).write(event(rpc(key, { method: 'ping' })));
      },
      answered: ({ id }) => waiting.get(id)?.(),
    });
    const driver = await drive(httpTarget(server.url), [callSpec()], { sessions: 2 });
    const slots = await Promise.all(Array.from({ length: 16 }, (_, i) => driver.call({ session: i % 2 })));
    expect(new Set(slots.map(verdict))).toEqual(new Set(['ok/none']));
    await driver.set.close(1e9);
    expect(driver.events.filter(({ type }) => type === 'warning')).toEqual([]);
  });

  it('more than can be answered are counted, and said at the end', async () => {
    const server = await mcpServer({
      call: ({ message, response }) => {
        const flood = Array.from({ length: 100 }, (_, i) => event(rpc(i, { method: 'ping' }))).join('');
        stream(response).end(flood + event(answer(message.id)));
      },
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('ok/none');
    await driver.set.close(1e9);
    expect(driver.events).toContainEqual(
      expect.objectContaining({
        code: 'server-requests-unanswered',
        what: expect.stringContaining('84 were not') as unknown,
      }),
    );
  });
});

describe('the stream of the server', () => {
  it('is held by each session, and what the server asks on it is answered', async () => {
    const held: ServerResponse[] = [];
    const heard: Message[] = [];
    const server = await mcpServer({
      call: ({ message, response }) => json(response, answer(message.id)),
      get: ({ request, response }) => {
        held.push(stream(response));
        response.write(event(rpc(`beat-${String(request.headers['mcp-session-id'])}`, { method: 'ping' })));
      },
      answered: (message) => heard.push(message),
    });
    const driver = await drive(httpTarget(server.url), [callSpec()], { sessions: 2, serverStream: true });
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    expect(heard.map(({ id, result }) => [id, result]).sort()).toEqual([
      ['beat-s1', {}],
      ['beat-s2', {}],
    ]);
    expect(verdict(await driver.call())).toBe('ok/none');
    await driver.set.close(1e9);
    await vi.waitFor(() => expect(held.every(({ destroyed }) => destroyed)).toBe(true));
  });

  it('is not asked for again where the server offers none, and not at all where the scenario says so', async () => {
    const server = await mcpServer({ call: ({ message, response }) => json(response, answer(message.id)) });
    const held = await drive(httpTarget(server.url), [callSpec()], { serverStream: true });
    await vi.waitFor(() => expect(server.seen).toContain('GET'));
    const without = await drive(httpTarget(server.url), [callSpec()], { serverStream: false });
    for (const driver of [held, without])
      for (let i = 0; i < 3; i++) expect(verdict(await driver.call())).toBe('ok/none');
    expect(server.seen.filter((method) => method === 'GET')).toHaveLength(1);
  });

  it('that the server ends is asked for again, after the time it names and from its last event on', async () => {
    const asked: (string | undefined)[] = [];
    const server = await mcpServer({
      call: ({ message, response }) => json(response, answer(message.id)),
      get: ({ request, response }) => {
        asked.push(request.headers['last-event-id'] as string | undefined);
        if (asked.length < 3) stream(response).end(`id: e${asked.length}\nretry: 5\ndata:\n\n`);
        else stream(response);
      },
    });
    await drive(httpTarget(server.url), [callSpec()], { serverStream: true });
    await vi.waitFor(() => expect(asked).toEqual([undefined, 'e1', 'e2']));
  });

  it('is asked for once where the server names a time that no timer can hold, by either client', async () => {
    const warnings: string[] = [];
    const warned = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    const server = await mcpServer({
      call: ({ message, response }) => setTimeout(() => json(response, answer(message.id)), 100),
      get: ({ response }) => stream(response).end('id: e1\nretry: 99999999999\ndata:\n\n'),
    });
    const target = httpTarget(server.url);
    const calls = [callSpec()];
    await preflight({ target, protocol: protocol({ serverStream: true }), calls, timeoutNs: 10e9, seed: 1 });
    // One of the official client, one of ours.
    expect(server.seen.filter((method) => method === 'GET')).toHaveLength(2);
    expect(warnings).toEqual([]);
  });

  it('belongs to one session: a new session holds a new one', async () => {
    const asked: unknown[] = [];
    const server = await mcpServer({
      call: ({ message, request, response }) =>
        request.headers['mcp-session-id'] === 's1' ? response.writeHead(404).end() : json(response, answer(message.id)),
      get: ({ request, response }) => {
        asked.push(request.headers['mcp-session-id']);
        stream(response);
      },
    });
    const driver = await drive(httpTarget(server.url), [callSpec()], { serverStream: true });
    expect(verdict(await driver.call())).toBe('session/http-404');
    await driver.event('reopened');
    await vi.waitFor(() => expect(asked).toEqual(['s1', 's2']));
    expect(verdict(await driver.call())).toBe('ok/none');
  });
});

describe('a request of the server that the scenario has an answer for', () => {
  const answers = {
    elicitation: { action: 'accept', content: { name: 'Ada' } },
    sampling: { text: 'A short answer', model: 'none' },
    roots: [{ uri: 'file:///srv/harbour', name: 'harbour' }],
  } as const;

  it.each([
    ['elicitation/create', { action: 'accept', content: { name: 'Ada' } }],
    [
      'sampling/createMessage',
      { role: 'assistant', content: { type: 'text', text: 'A short answer' }, model: 'none', stopReason: 'endTurn' },
    ],
    ['roots/list', { roots: [{ uri: 'file:///srv/harbour', name: 'harbour' }] }],
  ])('%s is answered so, and counted', async (method, result) => {
    const server = await asking(method);
    const driver = await drive(httpTarget(server.url), [callSpec()], { answers });
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(server.heard).toEqual([1, 2].map(() => ({ jsonrpc: '2.0', id: 'ask-1', result })));
    await driver.set.close(1e9);
    expect(driver.events.filter(({ type }) => type === 'server-requests')).toMatchObject([
      { methods: [{ method, answered: 2, refused: 0 }], unanswered: 0 },
    ]);
  });

  it('declares what it answers, and nothing else, as capabilities', () => {
    expect(new RequestAnswers(answers).capabilities).toEqual({
      elicitation: { form: { applyDefaults: true } },
      sampling: {},
      roots: {},
    });
    expect(new RequestAnswers({ elicitation: { action: 'decline' } }).capabilities).toHaveProperty('elicitation');
    expect(new RequestAnswers().capabilities).toEqual({});
  });

  it('fills in the defaults of the fields that an accepted question asks for', () => {
    const properties = { name: { type: 'string', default: 'nobody' }, age: { type: 'integer', default: 30 }, mail: {} };
    const params = { message: 'Who?', requestedSchema: { type: 'object', properties } };
    expect(new RequestAnswers(answers).resultOf('elicitation/create', params)).toEqual({
      action: 'accept',
      content: { name: 'Ada', age: 30 },
    });
    const declining = new RequestAnswers({ elicitation: { action: 'decline' } });
    expect(declining.resultOf('elicitation/create', params)).toEqual({ action: 'decline' });
  });

  it('counts what it refuses, by method, a few of them by name', () => {
    const requests = new RequestAnswers({ roots: [] });
    const ask = (method: string) => requests.answerJson({ id: 1, method, params: {} });
    for (let n = 0; n < 30; n++) ask(`made/up-${n}`);
    ask('roots/list');
    expect(requests.counts.get('made/up-3')).toEqual({ answered: 0, refused: 1 });
    expect(requests.counts.get('other')).toEqual({ answered: 1, refused: 10 });
  });
});

describe('the preflight', () => {
  it.each([
    ['elicitation/create', { message: 'Who?', requestedSchema: { type: 'object', properties: {} } }],
    ['roots/list', {}],
    ['sampling/createMessage', { messages: [], maxTokens: 10 }],
  ])('answers %s by the client of the SDK as the run does', async (method, params) => {
    const server = await asking(method, 'ask-1', params);
    const calls = [callSpec()];
    const answers = { elicitation: { action: 'decline' }, sampling: { text: 'x', model: 'm' }, roots: [] } as const;
    const setup = { target: httpTarget(server.url), protocol: protocol({ answers }), calls, timeoutNs: 20e9, seed: 1 };
    const report = await preflight(setup);
    expect([report.executed, report.executedByOwnClient].map(([call]) => call?.outcome)).toEqual(['ok', 'ok']);
    expect(server.heard.map(({ error }) => error)).toEqual([undefined, undefined]);
  });
});
