import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { http, initializeResult, rawServer } from '../mcp/support.js';
import { conducted } from './conducted.js';

const handshakes = (target: string, sessions: number): string =>
  scenarioFile(
    `version: 1\nname: handshakes\nstack: ${target}\nprotocol: { sessions: ${sessions} }\ncalls: []\nphases: []\n`,
    scratchFolder(),
  );

describe('a scenario without calls and phases', () => {
  it('checks the target, opens its sessions and ends them: a valid run without a sample', async () => {
    const run = await conducted(handshakes('{ services: { backend: { mock: tools } }, target: backend }', 3));
    const edges = run.record.events.flatMap((event) => (event.type === 'session' ? [event.edge] : []));
    expect(edges).toEqual([...Array<string>(3).fill('opened'), ...Array<string>(3).fill('closed')]);
    const { summary } = analyse(run);
    expect(summary.samples.attempts).toBe(0);
    expect(summary.validity.reasons.filter(({ severity }) => severity === 'invalid')).toEqual([]);
  });

  it('says of a server that keeps one session that it opens no other', async () => {
    let opened = 0;
    const server = await rawServer(
      ({ method: verb }, { id, method }) => {
        if (verb === 'DELETE' || method === 'notifications/initialized') return [http(202, '')];
        if (method === 'tools/list') return [http(200, `{"jsonrpc":"2.0","id":${id},"result":{"tools":[]}}`)];
        if (++opened > 1) return [http(404, '{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"no more"}}')];
        return [http(200, initializeResult(id ?? 0), ['Mcp-Session-Id: one'])];
      },
      { raw: true },
    );
    const failure = await conducted(handshakes(`{ target: { url: "${server.url}" } }`, 1)).catch(
      (thrown: unknown) => thrown,
    );
    expect(failure).toBeInstanceOf(ProblemError);
    expect((failure as ProblemError).message).toMatch(/served one session and refuses another: HTTP 404: "no more"/);
  });
});
