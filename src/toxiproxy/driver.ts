/**
 * Requests to an engine's API through toxiproxy-node-client, with what that client leaves out: a limit on every call, the
 * time each was asked and confirmed, and the server's own words when it refuses.
 */
import { Toxiproxy } from 'toxiproxy-node-client';
import type { Proxy, Toxic } from 'toxiproxy-node-client';
import { monotonicNow } from '../clock/index.js';
import type { MonotonicNs } from '../clock/index.js';
import { messageOf } from '../problem/index.js';
import type { ProblemKind } from '../problem/index.js';
import { FaultProxyError } from './failure.js';
import type { ApiToxicType, Direction, ToxicAttributes } from './fault.js';

/** When a change was sent and when its answer was there: the change took effect in between. */
export interface EdgeTimes {
  readonly askedNs: MonotonicNs;
  readonly confirmedNs: MonotonicNs;
}

export interface Answered<T> extends EdgeTimes {
  readonly value: T;
}

/** A toxic, every field of it: what is left out would be the server's default, which differs between versions. */
export interface ToxicRequest {
  readonly name: string;
  readonly type: ApiToxicType;
  readonly stream: Direction;
  readonly toxicity: number;
  readonly attributes: ToxicAttributes;
}

interface Retold {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** What to delete should the repeated request succeed after all. */
  readonly undo?: string;
}

/** Longest that an engine may take for an answer. Changes take milliseconds; the real server's own limit is 25 s. */
export const CALL_LIMIT_MS = 5_000;

export class Driver {
  readonly url: string;
  readonly #client: Toxiproxy;
  readonly #limitMs: number;
  readonly #onWedged: (what: string) => void;

  /** A slash at the end of `url` would turn every POST into a redirected GET, so it is taken off. */
  constructor(url: string, onWedged: (what: string) => void, limitMs = CALL_LIMIT_MS) {
    this.url = url.replace(/\/+$/, '');
    this.#client = new Toxiproxy(this.url);
    this.#limitMs = limitMs;
    this.#onWedged = onWedged;
  }

  async version(): Promise<string> {
    const { value } = await this.#call('preflight', 'reading the version', () => this.#client.getVersion(), { method: 'GET', path: '/version' });
    try {
      const parsed = JSON.parse(value) as { readonly version?: unknown };
      if (typeof parsed.version === 'string') return parsed.version;
    } catch {
      // Versions up to 2.5 answer plain text, and anything else is caught by the proof of identity.
    }
    return value.trim().slice(0, 80);
  }

  async createProxy(name: string, listen: string, upstream: string, enabled = true): Promise<Proxy> {
    const body = { name, listen, upstream, enabled };
    const { value } = await this.#call('preflight', `creating proxy "${name}" on ${listen}`, () => this.#client.createProxy(body), {
      method: 'POST',
      path: '/proxies',
      body,
      undo: `/proxies/${name}`,
    });
    return value;
  }

  /** Takes a proxy down or brings it up again on the same address. */
  async setEnabled(proxy: Proxy, enabled: boolean): Promise<EdgeTimes> {
    const body = { enabled, listen: proxy.listen, upstream: proxy.upstream };
    return this.#call('invalid', `${enabled ? 'enabling' : 'disabling'} proxy "${proxy.name}"`, () => proxy.update(body), {
      method: 'POST',
      path: `/proxies/${proxy.name}`,
      body,
    });
  }

  async addToxic(proxy: Proxy, toxic: ToxicRequest): Promise<Answered<Toxic<ToxicAttributes>>> {
    return this.#call('invalid', `adding ${toxic.type} "${toxic.name}" to proxy "${proxy.name}"`, () => proxy.addToxic<ToxicAttributes>(toxic), {
      method: 'POST',
      path: `/proxies/${proxy.name}/toxics`,
      body: toxic,
      undo: `/proxies/${proxy.name}/toxics/${toxic.name}`,
    });
  }

  async removeToxic(proxy: Proxy, toxic: Toxic<ToxicAttributes>): Promise<EdgeTimes> {
    return this.#call('invalid', `removing "${toxic.name}" from proxy "${proxy.name}"`, () => toxic.remove(), {
      method: 'DELETE',
      path: `/proxies/${proxy.name}/toxics/${toxic.name}`,
    });
  }

  async removeProxy(proxy: Proxy): Promise<EdgeTimes> {
    return this.#call('invalid', `removing proxy "${proxy.name}"`, () => proxy.remove(), { method: 'DELETE', path: `/proxies/${proxy.name}` });
  }

  /** GET /proxies, unparsed: the client's own objects leave toxics out. */
  async proxies(): Promise<unknown> {
    const path = '/proxies';
    const { value } = await this.#call('invalid', 'listing the proxies', () => this.#client.getApi().get<unknown>(this.url + path), { method: 'GET', path });
    return value.data;
  }

  /** GET of a path that answers text. */
  async text(path: string): Promise<string> {
    const { value } = await this.#call('invalid', `reading ${path}`, () => this.#client.getApi().getText(this.url + path), { method: 'GET', path });
    return value;
  }

  /** `retold` is the same request for fetch, sent when the client has thrown away why it was refused. */
  async #call<T>(kind: ProblemKind, what: string, send: () => Promise<T>, retold: Retold): Promise<Answered<T>> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#wedged(what)), this.#limitMs);
    });
    try {
      const askedNs = monotonicNow();
      const value = await Promise.race([send(), late]);
      return { value, askedNs, confirmedNs: monotonicNow() };
    } catch (error) {
      if (error instanceof FaultProxyError) throw error;
      const status = /status code (\d+)$/.exec(messageOf(error))?.[1];
      if (status === '503') throw this.#wedged(what);
      if (status === undefined) throw error instanceof Error && error.name === 'SyntaxError' ? notToxiproxy(this.url, what) : gone(kind, this.url, what, messageOf(error));
      throw refused(kind, what, await this.#serversWords(retold, status));
    } finally {
      clearTimeout(timer);
    }
  }

  #wedged(what: string): FaultProxyError {
    const text = `the fault proxy did not answer within ${this.#limitMs / 1000} s: ${what}`;
    this.#onWedged(text);
    return new FaultProxyError(
      'invalid',
      'fault-proxy-wedged',
      text,
      'what follows in this run shows the proxy and not the target; use the embedded engine, which does not hang on removals under load',
    );
  }

  /** The refused request once more: a refusal changes nothing, and the same request meets the same one. */
  async #serversWords({ method, path, body, undo }: Retold, status: string): Promise<string> {
    try {
      const response = await fetch(this.url + path, {
        method,
        signal: AbortSignal.timeout(this.#limitMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = (await response.text()).trim();
      if (response.ok && undo !== undefined) await fetch(this.url + undo, { method: 'DELETE', signal: AbortSignal.timeout(this.#limitMs) });
      if (response.ok) return `status ${status}, but not when asked again`;
      const { error } = JSON.parse(text) as { readonly error?: unknown };
      return typeof error === 'string' ? `${error} (status ${response.status})` : `status ${response.status}`;
    } catch {
      return `status ${status}`;
    }
  }
}

/** Many things answer on a port. */
export function notToxiproxy(url: string, what: string): FaultProxyError {
  return new FaultProxyError('preflight', 'fault-engine-unusable', `what answers at ${url} is no Toxiproxy: ${what}`, 'give the address of its API, usually port 8474');
}

function gone(kind: ProblemKind, url: string, what: string, why: string): FaultProxyError {
  return new FaultProxyError(kind, 'fault-proxy-gone', `the fault proxy at ${url} can't be reached (${why}): ${what}`, 'see whether it is running, and its log');
}

function refused(kind: ProblemKind, what: string, words: string): FaultProxyError {
  return new FaultProxyError(kind, 'fault-proxy-refused', `the fault proxy refused ${what}: ${words}`, remedyFor(words));
}

function remedyFor(words: string): string {
  if (words.includes('address already in use')) return 'free that port or let the link take another';
  if (words.includes('proxy already exists')) return 'something else uses this proxy server, or a run that was killed left it there: DELETE /proxies/NAME on its API removes it';
  if (words.includes('not found')) return 'something else changed this proxy server during the run: give the run one of its own';
  return 'compare the fault with what this version of the server takes';
}
