/** Both sides of a gateway joined: calls of the client, and the calls that mocks received. */
import { endsSessions } from '../../catalog/index.js';
import { outcomeCode, type UpstreamCallRow } from '../../record/index.js';
import { isOfLoad, type GatewayInput } from './run.js';
import type { Arrival, Deliveries, Joins, SessionMapping, UpstreamSessions } from './types.js';

/** Calls that mocks received during the load; null: the calls were not traced. */
export function upstreamCalls(run: GatewayInput): readonly UpstreamCallRow[] | null {
  const ofLoad = isOfLoad(run);
  return run.record.upstreamCalls?.filter(({ receivedNs }) => ofLoad(receivedNs)) ?? null;
}

export function joinsOf(rows: readonly UpstreamCallRow[]): Joins {
  const by = { meta: 0, traceparent: 0, argument: 0 };
  for (const { joinedBy } of rows) if (joinedBy !== null) by[joinedBy]++;
  const joined = by.meta + by.traceparent + by.argument;
  return { upstreamCalls: rows.length, joined, rate: rows.length === 0 ? null : joined / rows.length, by };
}

export function arrivalOf(rows: readonly UpstreamCallRow[]): Arrival | null {
  if (rows.length === 0) return null;
  const share = (has: (row: UpstreamCallRow) => boolean): number => rows.filter(has).length / rows.length;
  return {
    calls: rows.length,
    customMeta: share(({ customMeta }) => customMeta),
    metaTrace: share(({ metaTrace }) => metaTrace),
    headerTrace: share(({ headerTrace }) => headerTrace),
    otherTrace: share(({ otherTrace }) => otherTrace),
    clientToken: rows.every(({ clientToken }) => clientToken === null)
      ? null
      : share(({ clientToken }) => clientToken === true),
  };
}

/** Attempts that were sent, and the last session, of each call that runs a tool. */
function sentCalls({ record, plan }: GatewayInput): {
  readonly attempts: ReadonlyMap<number, number>;
  readonly sessionOf: ReadonlyMap<number, number>;
  readonly specOf: ReadonlyMap<number, number>;
} {
  const { samples } = record;
  const attempts = new Map<number, number>();
  const sessionOf = new Map<number, number>();
  const specOf = new Map<number, number>();
  for (let row = 0; row < samples.length; row++) {
    const spec = samples.spec[row] ?? 0;
    if (plan.scenario.calls[spec]?.operation !== 'tools/call' || Number.isNaN(samples.sentNs[row] ?? NaN)) continue;
    const call = samples.callId[row] ?? -1;
    attempts.set(call, (attempts.get(call) ?? 0) + 1);
    sessionOf.set(call, samples.session[row] ?? -1);
    specOf.set(call, spec);
  }
  return { attempts, sessionOf, specOf };
}

const OK = outcomeCode('ok');

export function deliveriesOf(run: GatewayInput, rows: readonly UpstreamCallRow[]): Deliveries {
  const { attempts, specOf } = sentCalls(run);
  const specs = run.plan.scenario.calls;
  const received = new Map<number, number>();
  const counts = { hiddenRetries: 0, repeatedCalls: 0, repeatedEffects: 0, addressed: 0, misrouted: 0 };
  for (const { callId, service } of rows) {
    if (callId === null || !attempts.has(callId)) continue;
    received.set(callId, (received.get(callId) ?? 0) + 1);
    const spec = specs[specOf.get(callId) ?? -1];
    if (spec?.operation !== 'tools/call' || spec.upstream === undefined) continue;
    counts.addressed++;
    if (service !== spec.upstream) counts.misrouted++;
  }
  for (const [call, executions] of received) {
    const beyond = executions - (attempts.get(call) ?? 0);
    if (beyond <= 0) continue;
    counts.hiddenRetries += beyond;
    counts.repeatedCalls++;
    if (specs[specOf.get(call) ?? -1]?.effect === 'exactly-once') counts.repeatedEffects++;
  }
  const isWhole = rows.length > 0 && rows.every(({ callId }) => callId !== null);
  return { ...counts, answeredWithoutUpstream: isWhole ? unreached(run, received) : null };
}

/** Calls that ended ok although no upstream had received them. */
function unreached({ calls, plan }: GatewayInput, received: ReadonlyMap<number, number>): number {
  let count = 0;
  for (let i = 0; i < calls.length; i++) {
    const runsTool = plan.scenario.calls[calls.spec[i] ?? 0]?.operation === 'tools/call';
    if (runsTool && calls.outcome[i] === OK && !received.has(calls.callId[i] ?? -1)) count++;
  }
  return count;
}

/** A session for each call: with fewer calls than this it could be chance. */
const FEWEST_CALLS = 5;
const PER_CALL_SHARE = 0.9;

/**
 * Of the calls before the first fault that ends sessions at an upstream: those that are opened afterwards say nothing
 * of how they belong to each other. Without calls before, of all.
 */
export function sessionsOf(run: GatewayInput, all: readonly UpstreamCallRow[]): UpstreamSessions | null {
  const endNs = Math.min(...run.edges.filter(({ planned }) => endsSessions(planned.type)).map(({ onNs }) => onNs));
  const before = all.filter(({ receivedNs }) => receivedNs < endNs);
  const rows = before.length > 0 ? before : all;
  const { sessionOf } = sentCalls(run);
  const upstreamsOf = new Map<string, Set<string>>();
  const clientsOf = new Map<string, Set<number>>();
  const clients = new Set<number>();
  let calls = 0;
  for (const { callId, service, session } of rows) {
    const client = callId === null ? undefined : sessionOf.get(callId);
    if (client === undefined) continue;
    calls++;
    clients.add(client);
    const upstream = `${service} ${session}`;
    add(upstreamsOf, `${service} ${client}`, upstream);
    add(clientsOf, upstream, client);
  }
  if (calls === 0) return null;
  const counts = { clientSessions: clients.size, upstreamSessions: clientsOf.size, calls };
  return { mapping: mappingOf(counts, upstreamsOf, clientsOf), ...counts, ...openedSessions(run) };
}

function add<Key, Value>(sets: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}

function mappingOf(
  { clientSessions, upstreamSessions, calls }: Pick<UpstreamSessions, 'clientSessions' | 'upstreamSessions' | 'calls'>,
  upstreamsOf: ReadonlyMap<string, ReadonlySet<string>>,
  clientsOf: ReadonlyMap<string, ReadonlySet<number>>,
): SessionMapping {
  if (calls >= FEWEST_CALLS && upstreamSessions >= PER_CALL_SHARE * calls && upstreamSessions > upstreamsOf.size)
    return 'per-call';
  const hasOne = [...upstreamsOf.values()].every(({ size }) => size === 1);
  if (clientSessions === 1) return hasOne ? 'single' : 'pooled';
  if (hasOne && [...clientsOf.values()].every(({ size }) => size === 1)) return 'one-to-one';
  const services = new Set([...clientsOf.keys()].map((key) => key.slice(0, key.lastIndexOf(' '))));
  return upstreamSessions === services.size ? 'shared' : 'pooled';
}

/** By the counters of the mocks, over the load. */
function openedSessions({ record: { work, events } }: GatewayInput): Pick<UpstreamSessions, 'opened' | 'leftOpen'> {
  const services = [...new Set((work ?? []).map(({ service }) => service))];
  let opened = 0;
  let leftOpen = 0;
  let isRestarted = false;
  for (const service of services) {
    const rows = (work ?? []).filter((row) => row.service === service);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first?.when !== 'begin' || last?.when !== 'end') return { opened: null, leftOpen: null };
    if (first.incarnation === last.incarnation) {
      opened += last.sessionsOpened - first.sessionsOpened;
      leftOpen += Math.max(0, last.sessionsOpen - first.sessionsOpen);
      continue;
    }
    // What a process took with it is open no more, and whether it would have been left open is not known.
    isRestarted = true;
    const ends = rows.filter((row) => row.when === 'leaving');
    if (ends.length < last.incarnation - first.incarnation) return { opened: null, leftOpen: null };
    opened += sumOfOpened([...ends, last]) - first.sessionsOpened;
  }
  // A client whose own sessions were opened anew has sessions of its own behind it.
  const reopened = events.some((event) => event.type === 'session' && event.edge === 'reopened');
  return services.length === 0 || reopened || isRestarted
    ? { opened: services.length === 0 ? null : opened, leftOpen: null }
    : { opened, leftOpen };
}

const sumOfOpened = (rows: readonly { readonly sessionsOpened: number }[]): number =>
  rows.reduce((sum, { sessionsOpened }) => sum + sessionsOpened, 0);
