/** The metrics of a gateway: what it adds to calls, what of them it lets through, and what it makes of tool lists. */
import type { Unit } from '../../format/index.js';
import type { Metric, MetricGroup } from './metric.js';
import { absent, known, type Reading, type RunReadings } from './reading.js';

type Gateway = RunReadings['gateway'];

/** What all of them have in common. */
const OF_A_RUN = { dependsOnLoop: false, dependsOnLength: false, per: 'run', stretch: null } as const;

/** A number of the run. @param unknown why there is none where `find` gives null. */
const number = <const U extends Unit>(
  unit: U,
  unknown: string,
  find: (gateway: Gateway) => number | null | undefined,
) => {
  const read = ({ gateway }: RunReadings): readonly Reading[] => {
    const value = find(gateway) ?? null;
    return [value === null ? absent(unknown) : known(value)];
  };
  return { unit, change: 'difference', read } as const;
};

const untraced = 'no mock received a call with a trace context of this run';
const uncounted = 'no mock reported its messages, no tool was called, or lists were part of the load';
const unlisted = 'the tool lists were not read';

export const messagesPerCall = {
  ...OF_A_RUN,
  definition:
    'Messages of any kind (initialize, tools/list, tools/call, ping, DELETE, ...) that the mocks received during the ' +
    'load for each tools/call that the client sent. 1x: whatever stands between adds none.',
  source: "gateways' issue trackers: handshakes and lists for each call",
  better: 'lower',
  usual: 'ratio',
  comparison: { group: 'resources', shows: ['ratio'] },
  needs: [],
  stats: {
    ratio: number('multiple', uncounted, ({ messages }) => messages?.perCall),
  },
} as const satisfies Metric;

/** A number of messages for each call, of one kind. */
const perCall = (definition: string, source: string, find: (gateway: Gateway) => number | null | undefined) =>
  ({
    ...{ ...OF_A_RUN, definition, source },
    better: 'lower',
    usual: 'ratio',
    comparison: { group: 'resources', shows: ['ratio'] },
    needs: [],
    stats: { ratio: number('multiple', uncounted, find) },
  }) as const satisfies Metric;

const ofMethod =
  (wanted: string) =>
  ({ messages }: Gateway): number | null =>
    messages === null || messages.perCall === null
      ? null
      : (messages.byMethod.find(({ method }) => method === wanted)?.perCall ?? 0);

export const listsPerCall = perCall(
  'Messages tools/list that the mocks received during the load for each tools/call that the client sent. Not known ' +
    'where the load asks for lists itself.',
  "gateways' issue trackers: a list before each call",
  (gateway) => ((gateway.messages?.lists ?? 0) > 0 ? null : ofMethod('tools/list')(gateway)),
);
export const handshakesPerCall = perCall(
  'Messages initialize that the mocks received during the load for each tools/call that the client sent.',
  "gateways' issue trackers: a session for each call",
  ofMethod('initialize'),
);
export const bystanderMessages = perCall(
  'Messages that mocks which executed no call received during the load, for each tools/call that the client sent.',
  'blast radius of a call: upstreams that it is not for',
  ({ messages }) => messages?.bystanderPerCall,
);

/** A share of the calls that the mocks received. */
const share = (
  definition: string,
  source: string,
  find: (gateway: Gateway) => number | null | undefined,
  better: 'higher' | 'lower' = 'higher',
  unknown = untraced,
) =>
  ({
    ...{ ...OF_A_RUN, definition, source, better },
    usual: 'ratio',
    comparison: { group: 'fidelity', shows: ['ratio'] },
    needs: ['trace'],
    stats: { ratio: number('ratio', unknown, find) },
  }) as const satisfies Metric;

export const joinRate = share(
  'Share of the calls which the mocks received that were joined with a call of the client: by the id of the call in ' +
    '_meta, else by a trace context, else by an argument (`unique: call`).',
  'both sides of a boundary stamped',
  ({ joins }) => joins?.rate,
);
export const metaKept = share(
  'Share of the calls which the mocks received that still had a key in _meta which no gateway can know.',
  'MCP 2025-11-25, Base Protocol, _meta',
  ({ arrival }) => arrival?.customMeta,
);
export const metaTraceKept = share(
  'Share of the calls which the mocks received that still had the trace of their call in _meta.',
  'MCP 2025-11-25, _meta; W3C Trace Context',
  ({ arrival }) => arrival?.metaTrace,
);
export const headerTraceKept = share(
  'Share of the calls which the mocks received that still had the trace of their call in the header traceparent.',
  'W3C Trace Context',
  ({ arrival }) => arrival?.headerTrace,
);
export const tokenPassed = share(
  'Share of the calls which the mocks received that had the Authorization of the client: MCP forbids a server to ' +
    'pass a token on that was issued for itself.',
  'MCP 2025-11-25, Security Best Practices, Token Passthrough',
  ({ arrival }) => arrival?.clientToken,
  'lower',
  'the client sends no Authorization, or its calls are not traced',
);

/** A count of calls, or of tools. */
const counted = (
  group: MetricGroup,
  needs: 'trace' | 'tool-lists',
  definition: string,
  source: string,
  unknown: string,
  find: (gateway: Gateway) => number | null | undefined,
) =>
  ({
    ...{ ...OF_A_RUN, definition, source },
    better: 'lower',
    usual: 'count',
    comparison: { group, shows: ['count'] },
    needs: [needs],
    stats: { count: number('count', unknown, find) },
  }) as const satisfies Metric;

export const hiddenRetries = counted(
  'correctness',
  'trace',
  'Executions at the mocks beyond the attempts of the client: calls that a gateway sent again by itself.',
  'retry amplification, on the side that a client does not see',
  untraced,
  ({ deliveries }) => deliveries?.hiddenRetries,
);
export const misroutes = counted(
  'correctness',
  'trace',
  'Calls with `upstream:` that another mock executed.',
  'name collisions in federation',
  'no call names its upstream, or the calls are not traced',
  ({ deliveries }) => (deliveries === null || deliveries.addressed === 0 ? null : deliveries.misrouted),
);

const ofList = (
  definition: string,
  find: (lists: NonNullable<Gateway['toolLists']>) => number | null,
  group: MetricGroup = 'fidelity',
) =>
  counted(group, 'tool-lists', definition, 'tool list fidelity', unlisted, ({ toolLists }) =>
    toolLists === null ? null : find(toolLists),
  );

export const changedTools = ofList(
  'Tools whose description, schemas or annotations the target lists otherwise than the mock behind it does.',
  ({ changed }) => changed.length,
);
export const missingTools = ofList(
  'Tools of mocks that the target does not list, and those hidden by another of the same name.',
  ({ missing, collisions }) =>
    missing.length + collisions.reduce((hidden, { services }) => hidden + services.length - 1, 0),
);
export const addedTools = ofList('Tools that the target lists and no mock has.', ({ added }) => added.length);
export const listOrderChanges = ofList(
  'Sessions in which the same tools were listed in another order than in the first one: prompt caches miss then.',
  ({ otherOrders }) => otherOrders,
);
export const contextTokens = ofList(
  'Tokens of the tool list that the target shows, as canonical JSON under the tokenizer that the summary names.',
  ({ views: [target] }) => target?.tokens ?? null,
  'context-cost',
);

export const cpuPerCall = {
  definition:
    'CPU time, user and system, that a service which is no tools mock used for each call that was offered, phase by ' +
    'phase.',
  source: 'utilisation law: U = X D',
  better: 'lower',
  usual: 'mean',
  comparison: { group: 'resources', shows: ['mean'] },
  dependsOnLoop: false,
  dependsOnLength: false,
  needs: [],
  per: 'run',
  stats: {
    mean: {
      unit: 'ns',
      change: 'ratio',
      read: ({ gateway: { costs } }: RunReadings): readonly Reading[] =>
        costs.map(({ process, phase, cpuPerCallNs }) => {
          const part = `${process} in ${phase}`;
          return { part, ...(cpuPerCallNs === null ? absent('its CPU time is not known') : known(cpuPerCallNs)) };
        }),
    },
  },
  stretch: null,
} as const satisfies Metric;
