/** The HTTP API: routes, statuses, bodies and headers as clients of Toxiproxy know them. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { messageOf } from '../../problem/index.js';
import { ApiError } from './api-error.js';
import { arrayOf, booleanField, firstValue, objectOf, stringField } from './body.js';
import type { EngineDraws } from './draws.js';
import { metricsText } from './metrics.js';
import type { Populated, Proxies, ProxyChange, ProxyRequest } from './proxies.js';
import { addToxic, findToxic, updateToxic } from './toxic-requests.js';
import { toxicBody } from './toxic.js';

const MAX_BODY_BYTES = 4 * 1024 * 1024;
const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

interface Call {
  /** Path parameters, decoded. */
  readonly proxy: string;
  readonly toxic: string;
  /** The request body, read and parsed. */
  readonly body: () => Promise<unknown>;
}

type Handler = (call: Call) => Answer | Promise<Answer>;
type Methods = Readonly<Record<string, Handler>>;

export interface ApiOptions {
  readonly version: string;
  readonly seed: number;
  /** Whether /metrics is served. */
  readonly metrics: boolean;
}

/** Builds the request listener for a set of proxies. */
export function createApi(proxies: Proxies, options: ApiOptions): RequestListener {
  const routes = routesOf(proxies, options);
  return (request, response) => {
    void answer(routes, request).then(
      (result) => send(response, result),
      (error: unknown) => send(response, failureAnswer(error)),
    );
  };
}

function routesOf(proxies: Proxies, options: ApiOptions): ReadonlyMap<string, Methods> {
  const updateProxy: Handler = async ({ proxy, body }) => {
    proxies.get(proxy);
    return json(200, (await proxies.update(proxy, changeOf(await body()))).body());
  };
  const changeToxic: Handler = async ({ proxy, toxic, body }) => {
    findToxic(proxies.get(proxy), toxic);
    const value = await body();
    // Looked up again: it may have gone while the body was on its way.
    const owner = proxies.get(proxy);
    const found = findToxic(owner, toxic);
    updateToxic(owner, found, value);
    return json(200, toxicBody(found));
  };
  const draws = (): EngineDraws => ({ seed: options.seed, proxies: proxies.all().map((proxy) => proxy.draws()) });
  const version = `{"version": ${JSON.stringify(options.version)}}\n`;
  const metrics = (): Answer => ({ status: 200, type: METRICS_TYPE, body: metricsText(proxies.all()) });
  const routes: Readonly<Record<string, Methods>> = {
    '/version': { GET: () => ({ status: 200, type: 'application/json;charset=utf-8', body: version }) },
    '/draws': { GET: () => json(200, draws()) },
    '/reset': { POST: async () => (await proxies.reset(), { status: 204 }) },
    '/populate': { POST: async ({ body }) => populate(proxies, body) },
    '/proxies': {
      GET: () => json(200, Object.fromEntries(proxies.all().map((proxy) => [proxy.name, proxy.body()]))),
      POST: async ({ body }) => json(201, (await proxies.create(requestOf(await body()))).body()),
    },
    '/proxies/{proxy}': {
      GET: ({ proxy }) => json(200, proxies.get(proxy).body()),
      POST: updateProxy,
      PATCH: updateProxy,
      DELETE: async ({ proxy }) => (await proxies.remove(proxy), { status: 204 }),
    },
    '/proxies/{proxy}/toxics': {
      GET: ({ proxy }) => json(200, proxies.get(proxy).toxics.map(toxicBody)),
      POST: async ({ proxy, body }) => {
        proxies.get(proxy);
        const value = await body();
        return json(200, toxicBody(addToxic(proxies.get(proxy), value)));
      },
    },
    '/proxies/{proxy}/toxics/{toxic}': {
      GET: ({ proxy, toxic }) => json(200, toxicBody(findToxic(proxies.get(proxy), toxic))),
      POST: changeToxic,
      PATCH: changeToxic,
      DELETE: ({ proxy, toxic }) => {
        const owner = proxies.get(proxy);
        owner.removeToxic(findToxic(owner, toxic));
        return { status: 204 };
      },
    },
    ...(options.metrics ? { '/metrics': { GET: metrics } } : {}),
  };
  return new Map(Object.entries(routes));
}

interface Located {
  readonly pattern: string;
  readonly proxy: string;
  readonly toxic: string;
}

/** The route a path belongs to, or null. Percent-encoded slashes separate, as they do in the real server. */
function locate(path: string): Located | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return null;
  }
  const [, first, proxy, third, toxic, ...more] = decoded.split('/');
  if (first === undefined || more.length > 0) return null;
  if (proxy === undefined) return { pattern: `/${first}`, proxy: '', toxic: '' };
  if (first !== 'proxies' || proxy === '') return null;
  if (third === undefined) return { pattern: '/proxies/{proxy}', proxy, toxic: '' };
  if (third !== 'toxics') return null;
  if (toxic === undefined) return { pattern: '/proxies/{proxy}/toxics', proxy, toxic: '' };
  return toxic === '' ? null : { pattern: '/proxies/{proxy}/toxics/{toxic}', proxy, toxic };
}

interface Sent extends Answer {
  readonly routed: boolean;
  readonly location?: string;
}

async function answer(routes: ReadonlyMap<string, Methods>, request: IncomingMessage): Promise<Sent> {
  const path = (request.url ?? '/').replace(/[?#].*$/s, '');
  const clean = cleanPath(path);
  if (clean !== path) return { status: 301, location: clean, routed: false };
  const located = locate(path);
  const methods = located === null ? undefined : routes.get(located.pattern);
  if (located === null || methods === undefined)
    return { status: 404, type: TEXT_TYPE, body: '404 page not found\n', routed: false };
  const handler = methods[request.method ?? ''];
  if (handler === undefined) return { status: 405, routed: false };
  // A page in a browser must not drive the proxy behind its user's back.
  if (request.headers['user-agent']?.startsWith('Mozilla/') === true) {
    return { status: 403, type: TEXT_TYPE, body: 'User agent not allowed\n', routed: true };
  }
  const { proxy, toxic } = located;
  try {
    return { ...(await handler({ proxy, toxic, body: () => readBody(request) })), routed: true };
  } catch (error) {
    return { ...failureAnswer(error), routed: true };
  }
}

/** The path without empty, `.` and `..` segments; a slash at the end stays. */
function cleanPath(path: string): string {
  if (!/\/\/|\/\.\.?(\/|$)/.test(path) && path.startsWith('/')) return path;
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const clean = `/${kept.join('/')}`;
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY_BYTES) throw new ApiError(413, `request body too large, the limit is ${MAX_BODY_BYTES} bytes`);
    parts.push(part);
  }
  return firstValue(Buffer.concat(parts).toString('utf8'));
}

function requestOf(value: unknown): ProxyRequest {
  const fields = objectOf(value, 'a proxy');
  return {
    name: stringField(fields, 'name') ?? '',
    listen: stringField(fields, 'listen') ?? '',
    upstream: stringField(fields, 'upstream') ?? '',
    enabled: booleanField(fields, 'enabled') ?? true,
  };
}

function changeOf(value: unknown): ProxyChange {
  const fields = objectOf(value, 'a proxy');
  return {
    listen: stringField(fields, 'listen'),
    upstream: stringField(fields, 'upstream'),
    enabled: booleanField(fields, 'enabled'),
  };
}

/** Parses what `-config` files and /populate hold. Throws {@link ApiError} 400. */
export function proxyRequests(value: unknown): readonly ProxyRequest[] {
  return arrayOf(value, 'the list of proxies').map(requestOf);
}

async function populate(proxies: Proxies, body: () => Promise<unknown>): Promise<Answer> {
  let populated: Populated;
  try {
    populated = await proxies.populate(proxyRequests(await body()));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    populated = { proxies: [], failure: error };
  }
  const { failure } = populated;
  const list = populated.proxies.length === 0 ? null : populated.proxies.map((proxy) => proxy.body());
  return failure === null ? json(201, { proxies: list }) : refusal(failure.status, failure.message, { proxies: list });
}

function refusal(status: number, error: string, more: object = {}): Answer {
  return { status, type: JSON_TYPE, body: `${JSON.stringify({ error, status, ...more })}\n` };
}

function json(status: number, value: unknown): Answer {
  return { status, type: JSON_TYPE, body: JSON.stringify(value) };
}

function failureAnswer(error: unknown): Sent {
  return { ...refusal(error instanceof ApiError ? error.status : 500, messageOf(error)), routed: true };
}

function send(response: ServerResponse, { status, type, body, location, routed }: Sent): void {
  if (response.destroyed) return;
  if (routed) response.setHeader('X-Toxiproxy-Request-Id', randomUUID());
  if (type !== undefined) response.setHeader('Content-Type', type);
  if (status >= 400 && type !== undefined) response.setHeader('X-Content-Type-Options', 'nosniff');
  if (location !== undefined) response.setHeader('Location', location);
  // An answer that does not wait for the rest of the request must not leave it in the way of the next one.
  if (!response.req.complete) response.setHeader('Connection', 'close');
  if (status !== 204) response.setHeader('Content-Length', Buffer.byteLength(body ?? ''));
  response.writeHead(status);
  response.end(body);
}
