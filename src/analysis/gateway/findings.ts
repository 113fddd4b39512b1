/**
 * Findings: what a gateway does to calls and tool lists that its users should know, as sentences. Each is read off the
 * numbers of the summary; what is as it should be has none.
 */
import { amount, bytes, counted, duration, factor, percent } from '../../format/index.js';
import type { ChangedTool, SeenFailure, GatewayFinding, GatewaySummary, Return } from './types.js';

interface Found extends Omit<GatewayFinding, 'id'> {
  /** Of several of one kind: which. */
  readonly of?: string;
}

const bad = (what: string, of?: string): readonly Found[] => [
  { tone: 'bad', what, ...(of === undefined ? {} : { of }) },
];
const note = (what: string): readonly Found[] => [{ tone: 'note', what }];
const NONE: readonly Found[] = [];

const MOST_NAMES = 5;
/** Share of the calls from which on something is done for each. */
const EACH = 0.9;

function named(names: readonly string[]): string {
  const left = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

/** Tools to whose definition something was added, and nothing else was done. */
const onlyAdded = (changed: readonly ChangedTool[]): readonly ChangedTool[] =>
  changed.filter(({ places }) => places.length > 0 && places.every(({ upstream }) => upstream === 'undefined'));

/** `tool-error on HTTP 200`. */
function kindText({ errorClass, status, code }: SeenFailure): string {
  const on = status === 0 ? '' : ` on HTTP ${status}`;
  return `${errorClass}${on}${code === 0 ? '' : `, JSON-RPC ${code}`}`;
}

function returnFound({ fault, type, kind, failed, attempts, lastFailureNs, seen }: Return): readonly Found[] {
  const event =
    type === 'session-loss' ? 'Sessions at an upstream were lost' : `An upstream lost its sessions (${type})`;
  const [most] = seen;
  const as = most === undefined ? '' : `; clients see ${kindText(most)}`;
  switch (kind) {
    case 'unknown':
      return NONE;
    case 'at-once':
      return [
        {
          tone: 'good',
          of: fault,
          what: `${event}: it recovers at once, none of ${counted(attempts, 'call')} failed.`,
        },
      ];
    case 'never':
      return bad(
        `${event}: it never recovers, all ${counted(attempts, 'call')} until the phase ended failed${as}.`,
        fault,
      );
    case 'after-failures':
      return bad(
        `${event}: ${failed} of ${counted(attempts, 'call')} failed, the last of them ` +
          `${duration(lastFailureNs)} afterwards${as}.`,
        fault,
      );
  }
}

/** By name, in the order in which they are shown. */
const FINDINGS = {
  'token-passed': ({ arrival }) =>
    (arrival?.clientToken ?? 0) === 0
      ? NONE
      : bad(
          `It passes the client's Authorization on to upstreams (${percent(arrival?.clientToken ?? 0)} of the calls).`,
        ),
  'added-tools': ({ toolLists }) => {
    const added = toolLists?.added ?? [];
    return added.length === 0
      ? NONE
      : bad(`It shows every client ${counted(added.length, 'tool')} that no upstream has: ${named(added)}.`);
  },
  'missing-tools': ({ toolLists }) => {
    const missing = toolLists?.missing ?? [];
    return missing.length === 0
      ? NONE
      : bad(`It does not list ${named(missing.map(({ service, tool }) => `${tool} of ${service}`))}.`);
  },
  'changed-tools': ({ toolLists }) => {
    const added = onlyAdded(toolLists?.changed ?? []);
    const changed = (toolLists?.changed ?? []).filter((tool) => !added.includes(tool));
    const place = changed[0]?.places.find(({ upstream }) => upstream !== 'undefined');
    const what = place === undefined ? '' : `; ${place.path} is ${place.upstream} upstream and shown as ${place.shown}`;
    return changed.length === 0
      ? NONE
      : bad(`It changes the definition of ${named(changed.map(({ shownAs }) => shownAs))}${what}.`);
  },
  'extended-tools': ({ toolLists }) => {
    const added = onlyAdded(toolLists?.changed ?? []);
    const paths = [...new Set(added.flatMap(({ places }) => places.map(({ path }) => path)))];
    return added.length === 0
      ? NONE
      : note(`It adds ${named(paths)} to the definition of ${counted(added.length, 'tool')}.`);
  },
  'unstable-order': ({ toolLists }) =>
    (toolLists?.otherOrders ?? 0) === 0
      ? NONE
      : bad(
          `The order of its tools is another one in ${toolLists?.otherOrders ?? 0} of ` +
            `${counted(toolLists?.listings ?? 0, 'session')}: prompt caches miss then.`,
        ),
  'unstable-tools': ({ toolLists }) =>
    (toolLists?.otherContents ?? 0) === 0
      ? NONE
      : bad(
          `It lists other tools in ${toolLists?.otherContents ?? 0} of ` +
            `${counted(toolLists?.listings ?? 0, 'session')}.`,
        ),
  'hidden-tools': ({ toolLists }) => {
    const collisions = toolLists?.collisions ?? [];
    return collisions.length === 0
      ? NONE
      : bad(`One name hides the tools of several upstreams: ${named(collisions.map(({ name }) => name))}.`);
  },
  misroutes: ({ deliveries }) =>
    (deliveries?.misrouted ?? 0) === 0
      ? NONE
      : bad(
          `It sends ${deliveries?.misrouted ?? 0} of ${counted(deliveries?.addressed ?? 0, 'call')} to another ` +
            'upstream.',
        ),
  'meta-dropped': ({ arrival }) => {
    if (arrival === null || arrival.customMeta > 0) return NONE;
    return arrival.metaTrace > 0
      ? bad('It drops keys of _meta that it does not know; the trace context in it gets through.')
      : bad('It drops _meta, the trace context in it included.');
  },
  'other-trace': ({ arrival }) =>
    (arrival?.otherTrace ?? 0) === 0
      ? NONE
      : bad(`It hands on the trace context of another call in ${percent(arrival?.otherTrace ?? 0)} of the calls.`),
  'trace-header-dropped': ({ arrival }) =>
    arrival === null || arrival.headerTrace > 0 ? NONE : note('It drops the header traceparent.'),
  'session-per-call': ({ sessions, messages }) => {
    if (sessions?.mapping !== 'per-call') return NONE;
    const { perCall } = messages ?? { perCall: null };
    return bad(
      'It opens a session at the upstream for each call' +
        `${perCall === null ? '' : `: ${amount(perCall)} messages a call`}.`,
    );
  },
  bystanders: ({ messages }) => {
    const perCall = messages?.bystanderPerCall ?? 0;
    if (messages === null || perCall < EACH) return NONE;
    const others = messages.byService.filter(({ executions, messages: n }) => executions === 0 && n > 0);
    return bad(
      `For each call it sends ${amount(perCall)} messages to upstreams that the call is not for: ` +
        `${named(others.map(({ service }) => service))}.`,
    );
  },
  'link-latency': ({ linkCosts, messages }) =>
    linkCosts.flatMap(({ fault, latencyNs, longestNs, roundTrips }): readonly Found[] => {
      if (roundTrips === null || longestNs === null || roundTrips < 1.5) return NONE;
      const perCall = messages?.perCall ?? null;
      const why = perCall === null ? '' : `; a call costs ${amount(perCall)} messages upstream`;
      return bad(
        `${duration(latencyNs)} of latency behind it make a call longer by ${factor(roundTrips)} that, the longest ` +
          `took ${duration(longestNs)}: messages of one call wait for each other${why}.`,
        fault,
      );
    }),
  'list-per-call': ({ messages }) => {
    const perCall = messages?.byMethod.find(({ method }) => method === 'tools/list')?.perCall ?? 0;
    // Lists that the load asks for are none of the gateway's own.
    return perCall < EACH || (messages?.lists ?? 0) > 0
      ? NONE
      : bad(`It asks upstreams for their tools on every call (${amount(perCall)} a call).`);
  },
  'sessions-left-open': ({ sessions }) => {
    const left = sessions?.leftOpen ?? 0;
    return left === 0 ? NONE : bad(`It leaves ${counted(left, 'session')} open at upstreams.`);
  },
  'hidden-retries': ({ deliveries }) => {
    if (deliveries === null || deliveries.hiddenRetries === 0) return NONE;
    const { hiddenRetries, repeatedEffects } = deliveries;
    const effects =
      repeatedEffects === 0 ? '' : `, ${repeatedEffects} of them with a side effect that must not be repeated`;
    return (repeatedEffects === 0 ? note : bad)(`It sends calls again by itself: ${hiddenRetries} times${effects}.`);
  },
  'excess-loss': ({ availabilities }) =>
    availabilities.flatMap(({ fault, whole: { excess, offered } }): readonly Found[] =>
      (excess ?? 0) === 0
        ? NONE
        : bad(`It loses ${excess ?? 0} of ${counted(offered, 'call')} that no fault of an upstream has hit.`, fault),
    ),
  'answered-without-upstream': ({ deliveries }) => {
    const count = deliveries?.answeredWithoutUpstream ?? 0;
    return count === 0 ? NONE : note(`It answers ${counted(count, 'call')} without asking an upstream.`);
  },
  breaker: ({ breakers }) =>
    breakers.map(({ fault, failures, openLowNs, openHighNs }): Found => ({
      tone: 'note',
      of: fault,
      what:
        `It has a circuit breaker: open after ${counted(failures, 'failure')}, for ` +
        `${openHighNs === null ? 'more than ' : ''}${duration(openLowNs)}` +
        `${openHighNs === null ? '' : ` to ${duration(openHighNs)}`}.`,
    })),
  masked: ({ errors }) =>
    errors.flatMap(({ fault, type, place, seen }): readonly Found[] => {
      const [most] = seen;
      const isHidden = most?.errorClass === 'tool-error' && place !== 'mock';
      return isHidden
        ? bad(`Clients see the fault ${type} as ${kindText(most)}: a failure that passes for an answer.`, fault)
        : NONE;
    }),
  return: ({ returns }) => returns.flatMap(returnFound),
  'context-cost': ({ toolLists }) => {
    const [target, ...upstreams] = toolLists?.views ?? [];
    if (target === undefined || upstreams.length === 0) return NONE;
    const tokens = upstreams.reduce((sum, each) => sum + each.tokens, 0);
    return target.tokens <= tokens * 1.5
      ? NONE
      : note(
          `Its tool list takes ${target.tokens} tokens (${bytes(target.bytes)}), ` +
            `${factor(target.tokens / tokens)} those of its upstreams.`,
        );
  },
} as const satisfies Readonly<Record<string, (gateway: GatewaySummary) => readonly Found[]>>;

/** Everything that was found, in a fixed order; nothing of what was not looked at. */
export function gatewayFindings(gateway: GatewaySummary): readonly GatewayFinding[] {
  return Object.entries(FINDINGS).flatMap(([name, find]) =>
    find(gateway).map(({ of, tone, what }) => ({ id: of === undefined ? name : `${name} ${of}`, tone, what })),
  );
}
