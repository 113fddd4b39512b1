/**
 * Requests to an engine's API through toxiproxy-node-client, with the time each was asked and confirmed, and what can
 * go wrong as one kind of error.
 */
import type { LinkAction, ToxicAttributes } from '../catalog/index.js';
import { Toxiproxy, type Proxy, type Toxic } from 'toxiproxy-node-client';
import { monotonicNow, type MonotonicNs } from '../clock/index.js';
import { messageOf, type ProblemKind } from '../problem/index.js';
import { FaultProxyError, unusable } from './failure.js';
import { Refusal, isOverLimit, limitedHttp, type LimitedHttp } from './limited-http.js';

/** When a change was sent and when its answer was there: the change took effect in between. */
export interface EdgeTimes {
  readonly askedNs: MonotonicNs;
  readonly confirmedNs: MonotonicNs;
}

export interface Answered<T> extends EdgeTimes {
  readonly value: T;
}

/** A toxic, every field of it: what is left out would be the server's default, which differs between versions. */
export type ToxicRequest = Extract<LinkAction, { kind: 'toxic' }>['toxic'] & { readonly name: string };

/** Longest that an engine may take for an answer. Changes take milliseconds; the real server's own limit is 25 s. */
export const CALL_LIMIT_MS = 5_000;

export class Driver {
  readonly url: string;
  readonly #client: Toxiproxy;
  readonly #http: LimitedHttp;
  readonly #limitMs: number;
  readonly #onWedged: (what: string, askedNs: MonotonicNs) => void;

  /**
   * A slash at the end of `url` would turn every POST into a redirected GET, so it is taken off. `onWedged` hears of
   * each call that was not answered within `limitMs`, or with 503, and of when it was asked.
   */
  constructor(url: string, onWedged: (what: string, askedNs: MonotonicNs) => void, limitMs = CALL_LIMIT_MS) {
    this.url = url.replace(/\/+$/, '');
    this.#http = limitedHttp(limitMs);
    // All of the client's objects share this one.
    this.#client = Object.assign(new Toxiproxy(this.url), { api: this.#http });
    this.#limitMs = limitMs;
    this.#onWedged = onWedged;
  }

  async version(): Promise<string> {
    const { value } = await this.#call('preflight', 'reading the version', () => this.#client.getVersion());
    try {
      const parsed = JSON.parse(value) as { readonly version?: unknown };
      if (typeof parsed.version === 'string') return parsed.version;
    } catch {
      // Versions up to 2.5 answer plain text, and anything else is caught by the proof of identity.
    }
    return value.trim().slice(0, 80);
  }

  async createProxy(name: string, listen: string, upstream: string, enabled = true): Promise<Proxy> {
    const { value } = await this.#call('preflight', `creating proxy "${name}" on ${listen}`, () =>
      this.#client.createProxy({ name, listen, upstream, enabled }),
    );
    return value;
  }

  /** Takes a proxy down or brings it up again on the same address. */
  async setEnabled(proxy: Proxy, enabled: boolean): Promise<EdgeTimes> {
    const body = { enabled, listen: proxy.listen, upstream: proxy.upstream };
    const what = `${enabled ? 'enabling' : 'disabling'} proxy "${proxy.name}"`;
    return this.#call('invalid', what, () => proxy.update(body));
  }

  async addToxic(proxy: Proxy, toxic: ToxicRequest): Promise<Answered<Toxic<ToxicAttributes>>> {
    const what = `adding ${toxic.type} "${toxic.name}" to proxy "${proxy.name}"`;
    return this.#call('invalid', what, () => proxy.addToxic<ToxicAttributes>(toxic));
  }

  async removeToxic(proxy: Proxy, toxic: Toxic<ToxicAttributes>): Promise<EdgeTimes> {
    return this.#call('invalid', `removing "${toxic.name}" from proxy "${proxy.name}"`, () => toxic.remove());
  }

  async removeProxy(proxy: Proxy): Promise<EdgeTimes> {
    return this.#call('invalid', `removing proxy "${proxy.name}"`, () => proxy.remove());
  }

  /** A proxy that another run made. */
  async proxy(name: string): Promise<Proxy> {
    const { value } = await this.#call('preflight', `reading proxy "${name}"`, () => this.#client.get(name));
    return value;
  }

  /** GET of a path that answers JSON, as it came: the client's own objects leave toxics out. */
  async json(path: string): Promise<unknown> {
    const { value } = await this.#call('invalid', `reading ${path}`, () => this.#http.get(this.url + path));
    return value.data;
  }

  /** GET of a path that answers text. */
  async text(path: string): Promise<string> {
    const { value } = await this.#call('invalid', `reading ${path}`, () => this.#http.getText(this.url + path));
    return value;
  }

  async #call<T>(kind: ProblemKind, what: string, send: () => Promise<T>): Promise<Answered<T>> {
    const askedNs = monotonicNow();
    try {
      const value = await send();
      return { value, askedNs, confirmedNs: monotonicNow() };
    } catch (error) {
      if (isOverLimit(error)) throw this.#wedged(`did not answer within ${this.#limitMs / 1000} s`, what, askedNs);
      if (error instanceof Refusal)
        throw error.status === 503 ? this.#wedged('answered 503', what, askedNs) : refused(kind, what, error.message);
      throw error instanceof SyntaxError ? notToxiproxy(this.url, what) : gone(kind, this.url, what, whyOf(error));
    }
  }

  #wedged(how: string, what: string, askedNs: MonotonicNs): FaultProxyError {
    const text = `the fault proxy ${how}: ${what}`;
    this.#onWedged(text, askedNs);
    return new FaultProxyError('invalid', 'fault-proxy-wedged', {
      what: text,
      remedy:
        'what follows in this run shows the proxy and not the target; use the embedded engine, which does ' +
        'not hang on removals under load',
    });
  }
}

/** Many things answer on a port. */
export function notToxiproxy(url: string, what: string): FaultProxyError {
  return unusable(`what answers at ${url} is no Toxiproxy: ${what}`, 'give the address of its API, usually port 8474');
}

function gone(kind: ProblemKind, url: string, what: string, why: string): FaultProxyError {
  return new FaultProxyError(kind, 'fault-proxy-gone', {
    what: `the fault proxy at ${url} can't be reached (${why}): ${what}`,
    remedy: 'see whether it is running, and its log',
  });
}

/** What fetch fails with hides the reason one level down. */
function whyOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}

function refused(kind: ProblemKind, what: string, words: string): FaultProxyError {
  return new FaultProxyError(kind, 'fault-proxy-refused', {
    what: `the fault proxy refused ${what}: ${words}`,
    remedy: remedyFor(words),
  });
}

function remedyFor(words: string): string {
  if (words.includes('address already in use')) return 'free that port or let the link take another';
  if (words.includes('proxy already exists'))
    return 'something else uses this proxy server: give the run one of its own, or DELETE /proxies/NAME on its API';
  if (words.includes('not found'))
    return 'something else changed this proxy server during the run: give the run one of its own';
  return 'compare the fault with what this version of the server takes';
}
