import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, onTestFinished, it } from 'vitest';
import { ProblemError } from '../../src/problem/index.js';
import { SAMPLE_FLAGS } from '../../src/record/index.js';
import { drive, httpTarget, initializeResult, textResult, verdict } from './support.js';
import { selfSigned } from './self-signed.js';

async function httpsServer(): Promise<string> {
  const server = createServer(selfSigned(), (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { id, method } = JSON.parse(body === '' ? '{}' : body) as { id?: number; method?: string };
      response.setHeader('Content-Type', 'application/json');
      if (id === undefined) response.writeHead(202).end();
      else response.end(method === 'initialize' ? initializeResult(id) : textResult(id, 'x'.repeat(100_000)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
afterEach(() => {
  if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
});

it('calls travel over TLS, on a connection that is kept', async () => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  const driver = await drive(httpTarget(await httpsServer()));
  const slots = [await driver.call(), await driver.call()];
  expect(slots.map(verdict)).toEqual(['ok/none', 'ok/none']);
  expect(slots.map(({ flags }) => flags & SAMPLE_FLAGS.reusedConnection)).toEqual([0, 1]);
  expect(slots[1]?.bytesIn).toBeGreaterThan(100_000);
});

it('an untrusted certificate is reported as the reason', async () => {
  const error = await drive(httpTarget(await httpsServer())).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  const [problem] = (error as ProblemError).problems;
  expect(problem?.code).toBe('target-unreachable');
  expect(problem?.what).toMatch(/certificate/);
  expect(problem?.remedy).toMatch(/certificate/);
});
