import { request, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultEngine } from '../../../src/toxiproxy/index.js';
import { GENERAL_ROWS, PROXY_ROWS, RESET_AND_POPULATE_ROWS, TOXIC_ROWS, type Row, type Step } from './api-rows.js';
import { ENGINES, HeldCount, NO_SKIP } from './engines.js';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Through node:http: fetch would follow redirects, refuse some methods and tidy the path. */
function send(url: string, method: string, path: string, body: string | undefined, userAgent = 'node'): Promise<Reply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method, path, agent: false, headers: { 'user-agent': userAgent } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (part: string) => (text += part));
        incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }));
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Puts the addresses proxies listen on in place of `<name>`, in all strings of a value. */
function filled(value: unknown, listens: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return value.replace(/<(\w+)>/g, (whole, name: string) => listens.get(name) ?? whole);
  if (Array.isArray(value)) return value.map((item) => filled(item, listens));
  if (typeof value !== 'object' || value === null || 'asymmetricMatch' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, listens)]));
}

async function play(url: string, steps: readonly Step[]): Promise<void> {
  const listens = new Map<string, string>();
  for (const step of steps) {
    const [method = '', path = ''] = step.send.split(/ (.*)/s);
    const body = filled(step.body, listens);
    const reply = await send(
      url,
      method,
      path,
      body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      step.userAgent,
    );
    const about = `${step.send} ${JSON.stringify(body) ?? ''}`;
    expect(`${about} -> ${reply.status} ${reply.status === step.status ? '' : reply.text}`).toBe(
      `${about} -> ${step.status} `,
    );
    if (step.text !== undefined) expect(withoutLogger(reply.text), about).toBe(step.text);
    for (const [name, expected] of Object.entries(step.headers ?? {})) {
      expect(reply.headers[name] ?? null, `${about}: ${name}`).toEqual(expected);
    }
    const parsed = parse(reply.text);
    if (step.error !== undefined) {
      const { error, status } = parsed as { readonly error?: unknown; readonly status?: unknown };
      expect(error, about).toEqual(typeof step.error === 'string' ? step.error : expect.stringMatching(step.error));
      expect(status, about).toBe(step.status);
    }
    if (step.json !== undefined) expect(parsed, about).toMatchObject(filled(step.json, listens) as object);
    const { name, listen } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as {
      readonly name?: unknown;
      readonly listen?: unknown;
    };
    if (typeof name === 'string' && typeof listen === 'string') listens.set(name, listen);
  }
}

/** The real server leaks an empty internal object into proxies. */
function withoutLogger(text: string): string {
  return text.replaceAll('"Logger":{},', '');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

for (const engine of ENGINES) {
  describe.skipIf(engine.missing && !NO_SKIP)(`the Toxiproxy API of ${engine.title}`, () => {
    let running: FaultEngine;
    const count = new HeldCount(`API rows, ${engine.title}`);

    beforeAll(async () => {
      running = await engine.start();
    });

    afterAll(async () => {
      await running?.stop();
      count.say();
    });

    beforeEach(async () => {
      const listed = parse((await send(running.url, 'GET', '/proxies', undefined)).text) as Readonly<
        Record<string, unknown>
      >;
      for (const name of Object.keys(listed)) {
        // A name with a slash cannot be removed by anybody; on a free port it does not disturb.
        if (!name.includes('/')) await send(running.url, 'DELETE', `/proxies/${encodeURIComponent(name)}`, undefined);
      }
    });

    const groups: readonly (readonly [string, readonly Row[]])[] = [
      ['in general', GENERAL_ROWS],
      ['proxies', PROXY_ROWS],
      ['reset and populate', RESET_AND_POPULATE_ROWS],
      ['toxics', TOXIC_ROWS],
    ];
    for (const [group, rows] of groups) {
      describe(group, () => {
        for (const row of rows) {
          const differs = engine.name === 'real' && row.real !== undefined;
          const steps = differs ? (row.real?.steps ?? []) : row.steps;
          it(
            differs ? `differs: ${row.name} (${row.real?.why})` : row.name,
            count.counted(differs, () => play(running.url, steps)),
          );
        }
      });
    }
  });
}
