/** `tools/list` as a call of the load: its request, right answers, and failures. */
import { describe, expect, it } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import type { CallSpec } from '../../src/catalog/index.js';
import { callSpec, drive, http, httpTarget, rawServer, verdict } from './support.js';

/** A call of `tools/list`, with the limits that a call has. */
function listing(partial: Partial<Pick<CallSpec, 'expect' | 'effect'>> = {}): CallSpec {
  const { weight, deadlineNs, deadlineIsExplicit, attemptTimeoutNs, retry, cancel } = callSpec();
  const policy = { weight, deadlineNs, deadlineIsExplicit, attemptTimeoutNs, retry, cancel };
  const usual = { label: 'tools/list', expect: { kind: 'success' }, effect: 'none' } as const;
  return { operation: 'tools/list', ...policy, ...usual, ...partial };
}

const answering = (result: unknown) =>
  rawServer((_request, { id }) => [http(200, JSON.stringify({ jsonrpc: '2.0', id, result }))]);

describe('tools/list as a call', () => {
  it('has no arguments, and an answer of a mock is right', async () => {
    const mock = await startToolsMock();
    try {
      const driver = await drive(httpTarget(mock.url), [listing({ expect: { kind: 'contains', part: 'book' } })]);
      expect(verdict(await driver.call())).toBe('ok/none');
      expect(mock.state().methods['tools/list']).toBe(1);
    } finally {
      await mock.stop();
    }
  });

  it('is params without members, or with _meta alone', async () => {
    const server = await answering({ tools: [] });
    const driver = await drive(httpTarget(server.url), [listing(), listing({ effect: 'exactly-once' })]);
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(verdict(await driver.call({ spec: 1, callId: 7 }))).toBe('ok/none');
    const sent = server.seen
      .filter(({ body }) => body.includes('tools/list'))
      .map(({ body }) => JSON.parse(body) as object);
    expect(sent).toMatchObject([{ params: {} }, { params: { _meta: { 'plimsoll/call': '7' } } }]);
  });

  it.each([
    ['a tool without a name', { tools: [{ inputSchema: {} }] }, 'semantic/bad-result'],
    ['no list', { content: [] }, 'semantic/bad-result'],
    [
      'a schema that no client accepts, which is no matter of this call',
      { tools: [{ name: 'a', inputSchema: null }] },
      'ok/none',
    ],
  ])('with %s ends as it should', async (_what, result, ending) => {
    const driver = await drive(httpTarget((await answering(result)).url), [listing()]);
    expect(verdict(await driver.call())).toBe(ending);
  });

  it('without an expected tool is wrong', async () => {
    const server = await answering({ tools: [{ name: 'alpha__search' }] });
    const driver = await drive(httpTarget(server.url), [listing({ expect: { kind: 'contains', part: 'beta__' } })]);
    expect(verdict(await driver.call())).toBe('semantic/wrong-value');
  });
});
