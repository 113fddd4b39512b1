/** The options of a `gateway` mock, their defaults, and the refusal of options that make no sense. */
import { COMMON, refuseOptions, serviceTimeObjections } from './checks.js';
import { federationObjections, federationOf, type Federation } from './federation.js';
import type { QueueShape } from './queue-shape.js';
import type { ServiceTime } from './service-time.js';
import { isObject } from '../json.js';
import { field, flag, nonEmptyText, objectionsTo, oneOf, type Objection, type Shape } from '../shape.js';

/** Which upstream the next message goes to. */
export const BALANCES = [
  /** One after the other, message by message. */
  'round-robin',
  /** Any of them, drawn from the seed, message by message. */
  'random',
  /** Sessions go round; all messages of a session go to the upstream that opened it. */
  'sticky',
] as const;

/** Who knows a session. Means nothing under `sticky`. */
export const SESSION_KEEPERS = [
  /** The gateway, which has a session of its own with each upstream for each of its clients'. */
  'gateway',
  /** Only the upstream that opened it; the gateway passes ids through and does not look at them. */
  'upstream',
] as const;

export interface Upstream {
  readonly name: string;
  /** Its MCP endpoint. Plain http. */
  readonly url: string;
}

/** Everything a `gateway` mock is made of. Serialisable: it travels to the child process as one JSON argument. */
export interface GatewayMockOptions extends QueueShape {
  readonly host: string;
  /** 0 takes a free port; the ready line reports which. */
  readonly port: number;
  readonly path: string;
  readonly seed: number;
  /** What it is called in the stamps it adds. */
  readonly name: string;
  /** At least one. */
  readonly upstreams: readonly Upstream[];
  readonly balance: (typeof BALANCES)[number];
  readonly sessions: (typeof SESSION_KEEPERS)[number];
  /**
   * Whether an upstream that can't be reached leaves the rotation until it can be again, and what it had not taken goes
   * to the next one. Without that, its share of the messages fails with status 502.
   */
  readonly eject: boolean;
  /** Null: messages are passed on as `balance` and `sessions` say, which mean nothing otherwise. */
  readonly federation: Federation | null;
  /** How long a worker of the gateway is busy with one call before it is forwarded. */
  readonly serviceTime: ServiceTime;
}

const DEFAULTS: GatewayMockOptions = {
  host: '127.0.0.1',
  port: 0,
  path: '/mcp',
  seed: 1,
  name: 'gateway',
  upstreams: [],
  balance: 'sticky',
  sessions: 'gateway',
  eject: true,
  federation: null,
  workers: 1,
  serviceTime: { kind: 'constant', ns: 0 },
  queueCapacity: null,
};

const OPTIONS: Shape = {
  ...COMMON,
  name: nonEmptyText('a text'),
  balance: oneOf(BALANCES),
  sessions: oneOf(SESSION_KEEPERS),
  eject: flag,
};
const UPSTREAM: Shape = {
  name: nonEmptyText('a text'),
  url: field(
    'an http address',
    (url): url is string => typeof url === 'string' && URL.canParse(url) && new URL(url).protocol === 'http:',
  ),
};

/** The options of a gateway that do not depend on the addresses behind it. */
export type GatewayShape = Omit<GatewayMockOptions, 'host' | 'port' | 'name' | 'upstreams'>;

/** Completes what is given: by default one worker that needs no time, an unbounded line, and sticky sessions. */
export function gatewayShape(partial: Partial<GatewayShape>): GatewayShape {
  const { path, seed, balance, sessions, eject, federation, workers, serviceTime, queueCapacity } = {
    ...DEFAULTS,
    ...partial,
  };
  return { path, seed, balance, sessions, eject, federation, workers, serviceTime, queueCapacity };
}

/** @throws ProblemError (`bad-input`) naming every option that is unknown or impossible. */
export function gatewayOptions(partial: Partial<GatewayMockOptions>): GatewayMockOptions {
  const { federation = null } = partial;
  // One that is written by hand names the switches that are on.
  const complete = isObject(federation) ? federationOf(federation) : federation;
  const options = { ...DEFAULTS, ...partial, federation: complete };
  refuseOptions('gateway', options, Object.keys(DEFAULTS), objectionsOf(options));
  return options;
}

function objectionsOf(options: GatewayMockOptions): readonly Objection[] {
  const upstreams: unknown = options.upstreams;
  const isList = Array.isArray(upstreams) && upstreams.length >= 1 && upstreams.length <= 1_000;
  return [
    ...objectionsTo({ ...options }, OPTIONS),
    ...serviceTimeObjections('serviceTime', options.serviceTime),
    ...federationObjections(options.federation),
    ...(isList
      ? upstreams.flatMap((each, i) => objectionsTo(isObject(each) ? each : {}, UPSTREAM, `upstreams[${i}].`))
      : [['upstreams', 'a list of 1 to 1000 upstreams'] as const]),
  ];
}
