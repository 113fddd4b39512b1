/** What a gateway mock does that speaks MCP itself instead of passing messages on: each switch is a known truth. */
import { flag, field, objectionsTo, oneOf, orNull, whole, type Objection, type Shape } from '../shape.js';
import { isObject } from '../json.js';

/** How the tools of upstreams are called at the gateway. */
export const TOOL_NAMES = [
  /** `UPSTREAM__TOOL`. */
  'prefixed',
  /** As at the upstream; where two have the same name, the last upstream's is called. */
  'bare',
] as const;

/** The sessions that the gateway has with an upstream. */
export const UPSTREAM_SESSIONS = [
  /** One for each session of a client. */
  'per-client',
  /** One for all clients. */
  'shared',
  /** A new one for each call and each list, which it ends afterwards. */
  'per-call',
] as const;

/** Era of the protocol in which the gateway speaks with its upstreams. */
export const UPSTREAM_ERAS = ['session', 'stateless'] as const;

export interface Breaker {
  /** Failures in a row after which it opens. */
  readonly failures: number;
  /** How long it stays open; then one call is let through. */
  readonly openNs: number;
}

export interface Federation {
  readonly toolNames: (typeof TOOL_NAMES)[number];
  readonly upstreamSessions: (typeof UPSTREAM_SESSIONS)[number];
  /** Its clients are answered in the era in which they ask, whatever this is. */
  readonly upstreamEra: (typeof UPSTREAM_ERAS)[number];
  /** Whether it asks the upstream for its tools before each call. */
  readonly listBeforeCall: boolean;
  /** Whether `_meta` of a request, and the trace context in its header, reach the upstream. */
  readonly keepMeta: boolean;
  /** Whether the client's Authorization reaches the upstream. */
  readonly passToken: boolean;
  /** Whether it turns an empty list of properties in a schema into null. */
  readonly changeSchemas: boolean;
  /** Whether the order of the tools is another one in each session. */
  readonly shuffleTools: boolean;
  /** Times that it sends a call again which broke off or was answered with a status of 500 and above. */
  readonly retries: number;
  readonly breaker: Breaker | null;
  /** How long it answers the same call from memory; null: never. */
  readonly cacheNs: number | null;
}

const DEFAULTS: Federation = {
  toolNames: 'prefixed',
  upstreamSessions: 'per-client',
  upstreamEra: 'session',
  listBeforeCall: false,
  keepMeta: true,
  passToken: false,
  changeSchemas: false,
  shuffleTools: false,
  retries: 0,
  breaker: null,
  cacheNs: null,
};

const length = whole('a whole number of nanoseconds above 0', 1);
const SHAPE: Shape = {
  toolNames: oneOf(TOOL_NAMES),
  upstreamSessions: oneOf(UPSTREAM_SESSIONS),
  upstreamEra: oneOf(UPSTREAM_ERAS),
  listBeforeCall: flag,
  keepMeta: flag,
  passToken: flag,
  changeSchemas: flag,
  shuffleTools: flag,
  retries: whole('a whole number from 0 to 100', 0, 100),
  breaker: orNull(
    field('failures and openNs, whole numbers above 0', (value): value is Breaker => {
      if (!isObject(value)) return false;
      return [value['failures'], value['openNs']].every((each) => length.holds(each));
    }),
  ),
  cacheNs: orNull(length),
};

/** Completes what is given. By default calls arrive as they were sent, in a session of their own, without a token. */
export const federationOf = (partial: Partial<Federation>): Federation => ({ ...DEFAULTS, ...partial });

/** @param value null where the gateway passes messages on. */
export function federationObjections(value: unknown): readonly Objection[] {
  if (value === null) return [];
  if (!isObject(value)) return [['federation', 'null, or an object of switches']];
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(SHAPE, key));
  return [
    ...objectionsTo(value, SHAPE, 'federation.'),
    ...unknown.map((key): Objection => [`federation.${key}`, `left out; known are ${Object.keys(SHAPE).join(', ')}`]),
  ];
}
