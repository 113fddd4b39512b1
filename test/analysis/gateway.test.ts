/** What is read of a gateway, from records whose answer is known. */
import { describe, expect, it } from 'vitest';
import { analyse, type AnalysisInput, type GatewaySummary } from '../../src/analysis/index.js';
import type { Plan } from '../../src/plan/index.js';
import type {
  FaultHitRow,
  ResourceRow,
  RunEvent,
  ToolListRow,
  UpstreamCallRow,
  WorkRow,
} from '../../src/record/index.js';
import type { CallSpec, Service } from '../../src/scenario/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage, type PlanSketch } from './fixtures/scenario.js';

const PHASES: PlanSketch['phases'] = [{ name: 'load', stages: [stage('main', 10, 10 * S)] }];
const GATE: Service = {
  ...{ kind: 'command', name: 'gate', command: ['gate'], environment: {}, workingFolder: '/', host: '127.0.0.1' },
  ...{ port: null, path: '/mcp', ready: { kind: 'tcp' }, files: {}, afterReady: [], readyWithinNs: S },
};
const planWith = (more: Partial<PlanSketch> = {}): Plan => sketchPlan({ phases: PHASES, services: [GATE], ...more });

/** One call every 100 ms from `startNs` on, in two sessions in turn. */
const attempts = (count = 20, change: (n: number) => Partial<Attempt> = () => ({})): readonly Attempt[] =>
  Array.from({ length: count }, (_, callId) => ({
    ...{ callId, session: callId % 2, intendedNs: S + callId * 100 * MS, doneNs: S + callId * 100 * MS + 5 * MS },
    ...change(callId),
  }));

const received = (callId: number | null, more: Partial<UpstreamCallRow> = {}): UpstreamCallRow => ({
  ...{ service: 'alpha', tool: 'search', callId, joinedBy: callId === null ? null : 'meta', session: 0 },
  ...{
    receivedNs: S + (callId ?? 0) * 100 * MS,
    customMeta: true,
    metaTrace: true,
    headerTrace: false,
    otherTrace: false,
    clientToken: null,
  },
  ...more,
});

function gatewayOf(plan: Plan, sent: readonly Attempt[], more: Partial<AnalysisInput> = {}): GatewaySummary {
  const events = [...phaseEvents(plan, sent, S), ...faultEvents(plan, [S])];
  return analyse({ plan, record: recordOf(plan, sent, { startNs: S, events, ...more }) }).summary.gateway;
}

const rowsOf = (sent: readonly Attempt[], change: (n: number) => Partial<UpstreamCallRow> = () => ({})) =>
  sent.map(({ callId }) => received(callId, change(callId)));

describe('both sides of a gateway', () => {
  it('are unknown without traced calls', () => {
    const { joins, sessions, arrival, deliveries } = gatewayOf(planWith(), attempts());
    expect([joins, sessions, arrival, deliveries]).toEqual([null, null, null, null]);
  });

  it('are joined by what arrived, and what was received before the load is not counted', () => {
    const ways = ['meta', 'traceparent', 'argument'] as const;
    const rows = rowsOf(attempts(6), (n) => ({ joinedBy: ways[n % 3] ?? null }));
    const before = received(3, { receivedNs: 0.5 * S });
    const { joins } = gatewayOf(planWith(), attempts(6), { upstreamCalls: [before, ...rows, received(null)] });
    expect(joins).toEqual({ upstreamCalls: 7, joined: 6, rate: 6 / 7, by: { meta: 2, traceparent: 2, argument: 2 } });
  });

  it('say how much of the requests arrived', () => {
    const rows = rowsOf(attempts(4), (n) => ({
      ...{ customMeta: n > 0, headerTrace: n > 2, otherTrace: n < 2, clientToken: n < 1 },
    }));
    const { arrival } = gatewayOf(planWith(), attempts(4), { upstreamCalls: rows });
    const shares = { customMeta: 0.75, metaTrace: 1, headerTrace: 0.25, otherTrace: 0.5, clientToken: 0.25 };
    expect(arrival).toEqual({ calls: 4, ...shares });
  });

  it.each([
    ['one-to-one', (n: number) => n % 2],
    ['shared', () => 0],
    ['per-call', (n: number) => n],
    ['pooled', (n: number) => n % 3],
  ] as const)('see sessions that are %s', (mapping, session) => {
    const rows = rowsOf(attempts(), (n) => ({ session: session(n) }));
    expect(gatewayOf(planWith(), attempts(), { upstreamCalls: rows }).sessions).toMatchObject({ mapping, calls: 20 });
  });

  it('are those before an upstream lost its sessions: what is opened anew afterwards is no other mapping', () => {
    const KILL = { set: 'kill', afterwards: [], lift: 'start' } as const;
    const restart = { place: 'process', type: 'restart', on: 'alpha', action: KILL } as const;
    const faults = [{ id: 'restart', phase: 0, atNs: 0.95 * S, forNs: 0.1 * S, as: restart }];
    const rows = rowsOf(attempts(), (n) => ({ session: n < 10 ? n % 2 : 2 + (n % 2) }));
    expect(gatewayOf(planWith({ faults }), attempts(), { upstreamCalls: rows }).sessions).toMatchObject({
      ...{ mapping: 'one-to-one', clientSessions: 2, upstreamSessions: 2, calls: 10 },
    });
  });

  it('do not tell a shared session from an own one where the client has one', () => {
    const sent = attempts(20, () => ({ session: 0 }));
    expect(gatewayOf(planWith(), sent, { upstreamCalls: rowsOf(sent) }).sessions?.mapping).toBe('single');
  });

  it('count what the gateway repeats, answers by itself, and sends to another upstream', () => {
    const calls = [callSpec('search', { upstream: 'alpha' }), callSpec('book', { effect: 'exactly-once' })];
    const sent = attempts(10, (n) => ({ spec: n < 5 ? 0 : 1 }));
    // Call 0 went to beta; call 6 came twice, and call 7 three times; calls 8 and 9 came nowhere.
    const rows = [0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 7].map((n) => received(n, { service: n === 0 ? 'beta' : 'alpha' }));
    expect(gatewayOf(planWith({ calls }), sent, { upstreamCalls: rows }).deliveries).toEqual({
      ...{ hiddenRetries: 3, repeatedCalls: 2, repeatedEffects: 2 },
      ...{ answeredWithoutUpstream: 2, addressed: 5, misrouted: 1 },
    });
  });

  it("do not count the client's own retries as the gateway's", () => {
    const sent = [
      { ...attempts(1)[0], callId: 0, intendedNs: S, doneNs: S + MS, final: false, outcome: 'shed' as const },
      { callId: 0, attempt: 1, intendedNs: S, doneNs: S + 2 * MS },
    ];
    const { deliveries } = gatewayOf(planWith(), sent, { upstreamCalls: [received(0), received(0), received(0)] });
    expect(deliveries?.hiddenRetries).toBe(1);
  });

  it('do not say what needed no upstream while some upstream calls are unknown', () => {
    const { deliveries } = gatewayOf(planWith(), attempts(2), { upstreamCalls: [received(0), received(null)] });
    expect(deliveries?.answeredWithoutUpstream).toBeNull();
  });
});

describe('upstream messages per call', () => {
  const work = (when: WorkRow['when'], messages: WorkRow['messages'], incarnation = 0): WorkRow => ({
    ...{ service: 'alpha', incarnation, atNs: 0, when, tookNs: 0, underWay: 0, sessionsOpen: 0, sessionsOpened: 0 },
    ...{ served: 0, servedServiceNs: 0, wasted: 0, wastedServiceNs: 0, expired: 0, cancelled: 0, cancels: 0 },
    ...(messages === undefined ? {} : { messages }),
  });

  it('are what came since before the load, by method', () => {
    const rows = [
      work('begin', { initialize: 2, 'tools/list': 1, 'tools/call': 1, GET: 0 }),
      work('end', { initialize: 22, 'tools/list': 1, 'tools/call': 21, GET: 0 }),
    ];
    const { messages } = gatewayOf(planWith(), attempts(), { work: rows });
    const byMethod = ['initialize', 'tools/call'].map((method) => ({ method, count: 20, perCall: 1 }));
    const byService = [{ service: 'alpha', messages: 40, executions: 20 }];
    const whole = { byMethod, byService, bystanderPerCall: null, lists: 0, complete: true };
    expect(messages).toEqual({ calls: 20, messages: 40, perCall: 2, ...whole });
  });

  it('at upstreams that no call is for are counted apart', () => {
    const ofBeta = (when: WorkRow['when'], initialize: number) => ({ ...work(when, { initialize }), service: 'beta' });
    const rows = [
      work('begin', { 'tools/call': 0 }),
      ofBeta('begin', 1),
      work('end', { 'tools/call': 20 }),
      ofBeta('end', 61),
    ];
    const { messages } = gatewayOf(planWith(), attempts(), { work: rows });
    expect(messages).toMatchObject({ perCall: 4, bystanderPerCall: 3 });
    expect(messages?.byService[1]).toEqual({ service: 'beta', messages: 60, executions: 0 });
  });

  it('include a process that took over, and say so where one was not asked', () => {
    const leaving = [work('begin', { 'tools/call': 1 }), work('leaving', { 'tools/call': 11 })];
    const taken = work('end', { initialize: 5, 'tools/call': 10 }, 1);
    const messages = (rows: readonly WorkRow[]) => gatewayOf(planWith(), attempts(), { work: rows }).messages;
    expect(messages([...leaving, taken])).toMatchObject({ messages: 25, complete: true });
    expect(messages([leaving[0] ?? taken, taken])).toMatchObject({ messages: 15, complete: false });
  });

  it('are unknown where no mock reports them', () => {
    expect(gatewayOf(planWith(), attempts(), { work: [work('begin', undefined)] }).messages).toBeNull();
  });
});

describe('a fault behind a gateway', () => {
  const fault = { id: 'restart', phase: 0, atNs: 0.5 * S, forNs: 0.3 * S } as const;
  const restart = { place: 'process', type: 'restart', on: 'alpha' } as const;
  const KILL = { set: 'kill', afterwards: [], lift: 'start' } as const;
  const plan = () => planWith({ faults: [{ ...fault, as: { ...restart, action: KILL } }] });
  const lost = { outcome: 'session', errorClass: 'session-unknown' } as const;

  it.each([
    ['never', () => lost, { failed: 12, recoveredSessions: 0 }],
    ['at-once', () => ({}), { failed: 0, recoveredSessions: 2 }],
    ['after-failures', (n: number) => (n < 12 ? lost : {}), { failed: 4, failedBeforeOk: 4, recoveredSessions: 2 }],
  ] as const)('lets calls come back %s', (kind, after, counts) => {
    const sent = attempts(20, (n): Partial<Attempt> => (n < 8 ? {} : after(n)));
    const [found] = gatewayOf(plan(), sent).returns;
    expect(found).toMatchObject({ fault: 'restart', kind, sessions: 2, ...counts });
    const seen = { errorClass: 'session-unknown', status: 200, code: 0, count: counts.failed };
    expect(found?.seen).toEqual(counts.failed === 0 ? [] : [seen]);
  });

  it('is told by the calls that need the upstream: those to another one, and lists, are well without', () => {
    const list: CallSpec = { ...callSpec('list'), operation: 'tools/list' };
    const calls = [callSpec('search', { upstream: 'alpha' }), callSpec('other', { upstream: 'beta' }), list];
    // Every third call is for alpha, and fails from the restart on.
    const sent = attempts(20, (n): Partial<Attempt> => ({ spec: n % 3, ...(n % 3 === 0 && n >= 8 ? lost : {}) }));
    const { returns } = gatewayOf(planWith({ calls, faults: [{ ...fault, as: { ...restart, action: KILL } }] }), sent);
    expect(returns).toMatchObject([{ kind: 'never', attempts: 4, failed: 4, recoveredSessions: 0, sessions: 2 }]);
  });

  it('is read up to the next one, without the calls that were under way then', () => {
    const again = { ...fault, id: 'again', atNs: 1.5 * S, as: { ...restart, action: KILL } };
    const two = planWith({ faults: [{ ...fault, as: { ...restart, action: KILL } }, again] });
    // Call 14, sent 100 ms before the second one, ends with it.
    const sent = attempts(20, (n): Partial<Attempt> => (n === 14 ? { ...lost, doneNs: 2.55 * S } : {}));
    expect(gatewayOf(two, sent).returns).toMatchObject([
      { fault: 'restart', kind: 'at-once', attempts: 6 },
      { fault: 'again', kind: 'unknown', attempts: 2 },
    ]);
  });

  it('is seen by the client as these failures', () => {
    const sent = attempts(20, (n): Partial<Attempt> => (n === 6 ? { outcome: 'tool', errorClass: 'tool-error' } : {}));
    expect(gatewayOf(plan(), sent).errors).toEqual([
      {
        ...{ fault: 'restart', type: 'restart', place: 'process', phase: 'load', ended: 3, ok: 2 },
        seen: [{ errorClass: 'tool-error', status: 200, code: 0, count: 1 }],
      },
    ]);
  });

  it('shows the parameters of a breaker', () => {
    const down = planWith({ faults: [{ ...fault, atNs: 0, forNs: 1.2 * S }] });
    // Three fail, then it refuses for 350 ms, one is let through and fails, and again.
    const refused = { outcome: 'shed', errorClass: 'http-503' } as const;
    const failed = { outcome: 'transport', errorClass: 'http-5xx' } as const;
    const ends: readonly Partial<Attempt>[] = [
      failed,
      failed,
      failed,
      refused,
      refused,
      refused,
      failed,
      refused,
      refused,
      refused,
      failed,
    ];
    const { breakers } = gatewayOf(
      down,
      attempts(20, (n) => ends[n] ?? {}),
    );
    expect(breakers).toEqual([
      { fault: 'restart', label: 'search', failures: 3, openLowNs: 295 * MS, openHighNs: 395 * MS, openings: 2 },
    ]);
  });
});

describe('latency of a link behind a gateway', () => {
  const toxic = { type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 20, jitter: 0 } } as const;
  const slow = { place: 'link', type: 'latency', on: 'upstream', action: { kind: 'toxic', toxic } } as const;
  const plan = planWith({ faults: [{ id: 'slow', phase: 0, atNs: 0.5 * S, forNs: S, as: slow }] });
  /** Calls 5 to 14 begin meanwhile; 5 ms, and 20 ms for each message that waits for the one before. */
  const sent = (messages: number) =>
    attempts(20, (n): Partial<Attempt> => {
      const isSlow = n >= 5 && n < 15;
      return { doneNs: S + n * 100 * MS + 5 * MS + (isSlow ? messages * 20 * MS : 0) };
    });

  it.each([1, 4])('is paid once for each of %i messages that wait for each other', (messages) => {
    expect(gatewayOf(plan, sent(messages)).linkCosts).toEqual([
      {
        ...{ fault: 'slow', link: 'upstream', phase: 'load', latencyNs: 20 * MS, calls: 10 },
        ...{ longestNs: (5 + 20 * messages) * MS, roundTrips: messages },
      },
    ]);
  });

  it('is unknown of two calls', () => {
    const [found] = gatewayOf(plan, sent(1).slice(0, 7)).linkCosts;
    expect(found).toMatchObject({ calls: 2, longestNs: 25 * MS, roundTrips: null });
  });
});

describe('a mock that fails some of its calls', () => {
  const calls = ['alpha', 'beta'].map((upstream) => callSpec('search', { label: upstream, upstream }));
  const fault = { id: 'errors', phase: 0, atNs: 0.5 * S, forNs: S } as const;
  const errors = { place: 'mock', type: 'is-error', on: 'alpha', action: { kind: 'is-error' } } as const;
  const plan = planWith({ calls, faults: [{ ...fault, as: errors }] });
  const hitOf = (callId: number | null, receivedNs: number | null = null): FaultHitRow => ({
    ...{ fault: 'errors', callId, tool: 'search', receivedNs, atNs: S, afterLift: false },
  });
  const failed = { outcome: 'transport', errorClass: 'http-5xx' } as const;
  // Calls 5 to 14 were intended meanwhile, those of even number for alpha. 6 and 8 fail, hit; 10 is hit and called
  // again; 11 fails although beta had no fault.
  const sent = attempts(20, (n): Partial<Attempt> => ({
    ...{ spec: n % 2 },
    ...([6, 8, 11].includes(n) ? failed : {}),
  }));

  it('is held against each route, and what no fault had hit was lost in between', () => {
    const { availabilities } = gatewayOf(plan, sent, { faultHits: [6, 8, 10].map((n) => hitOf(n)) });
    expect(availabilities).toMatchObject([
      {
        ...{ fault: 'errors', type: 'is-error', on: 'alpha', phase: 'load' },
        routes: [
          { label: 'alpha', upstream: 'alpha', offered: 5, ok: 3, hit: 3, excess: 0, masked: 1 },
          { label: 'beta', upstream: 'beta', offered: 5, ok: 4, hit: 0, excess: 1, masked: 0 },
        ],
        whole: { label: null, upstream: null, offered: 10, ok: 7, hit: 3, excess: 1, masked: 1 },
      },
    ]);
    // Clopper and Pearson, 7 of 10.
    expect(availabilities[0]?.whole.success).toEqual({
      value: 0.7,
      low: expect.closeTo(0.3475, 4) as number,
      high: expect.closeTo(0.9333, 4) as number,
    });
  });

  it('knows its calls by when they came, where the gateway drops what names them', () => {
    const upstreamCalls = [6, 8, 10].map((n) => received(n, { joinedBy: 'argument' }));
    const faultHits = upstreamCalls.map(({ receivedNs }) => hitOf(null, receivedNs));
    const [found] = gatewayOf(plan, sent, { faultHits, upstreamCalls }).availabilities;
    expect(found?.whole).toMatchObject({ hit: 3, excess: 1, masked: 1 });
  });

  it('says nothing of what was lost in between where a call that it hit is not known', () => {
    const [found] = gatewayOf(plan, sent, { faultHits: [hitOf(6), hitOf(null)] }).availabilities;
    expect(found?.whole).toMatchObject({ offered: 10, ok: 7, hit: null, excess: null, masked: null });
  });
});

describe('a cold start', () => {
  const preflight = (outcome: 'ok' | 'tool'): RunEvent => ({
    type: 'preflight',
    atNs: 0.9 * S,
    introducedNs: 30 * MS,
    calls: [{ label: 'search', outcome, tookNs: 12 * MS }],
  });
  const service = (edge: 'spawned' | 'ready', atNs: number): RunEvent => ({
    type: 'service',
    ...{ atNs, service: 'gate', edge, pid: 1 },
  });
  const plan = planWith({ target: { kind: 'service', service: 'gate' } });
  const startOf = (events: readonly RunEvent[]) => {
    const all = [...events, ...phaseEvents(plan, attempts(), S)];
    return analyse({ plan, record: recordOf(plan, attempts(), { startNs: S, events: all }) }).summary.gateway.coldStart;
  };

  it('is the time until the service is ready, has been introduced, and has answered', () => {
    const ready = [service('spawned', 100 * MS), service('ready', 600 * MS)];
    expect(startOf([...ready, preflight('ok')])).toEqual({
      ...{ readyNs: 500 * MS, introducedNs: 30 * MS, firstCallNs: 12 * MS, firstAnswerNs: 542 * MS },
      tenthCallNs: 5 * MS,
    });
  });

  it('has no end without a right answer, and no start of a service that the run did not start', () => {
    expect(startOf([preflight('tool')])).toMatchObject({ readyNs: null, firstCallNs: null, firstAnswerNs: null });
    expect(startOf([])).toBeNull();
  });
});

describe('what a service before the mocks uses', () => {
  it('is CPU per call that was offered between two polls, and memory per session', () => {
    const poll = (atNs: number, cpuUserS: number, rssBytes: number): ResourceRow => ({
      ...{ atNs, process: 'gate', pid: 1, cpuUserS, cpuSystemS: 0.5, rssBytes },
      ...{ fileDescriptors: 1, sockets: 1, threads: 1, sessions: null },
    });
    const resources = [poll(S, 1, 100), poll(2 * S, 1.05, 300), poll(3 * S, 1.1, 200)];
    expect(gatewayOf(planWith(), attempts(), { resources }).costs).toEqual([
      {
        process: 'gate',
        phase: 'load',
        calls: 20,
        cpuPerCallNs: expect.closeTo(5 * MS, 3) as number,
        maxRssBytes: 300,
        rssPerSessionBytes: 300,
      },
    ]);
  });
});

describe('a tool list', () => {
  const row = (
    service: string | null,
    tool: string,
    contract: object,
    more: Partial<ToolListRow> = {},
  ): ToolListRow => ({
    ...{ service, listing: 0, position: 0, tool, digest: JSON.stringify(contract), bytes: 100, tokens: 25 },
    ...{ tokenizer: 'o200k_base', contract: JSON.stringify(contract) },
    ...more,
  });
  const listsOf = (rows: readonly ToolListRow[]) => gatewayOf(planWith(), attempts(), { toolLists: rows }).toolLists;
  const plain = { description: 'x', inputSchema: { properties: {} } };

  it('as the mocks have it has nothing to tell but its size', () => {
    const lists = listsOf([
      row(null, 'alpha_search', plain),
      row(null, 'alpha_search', plain, { listing: 1 }),
      row('alpha', 'search', plain),
    ]);
    expect(lists).toEqual({
      ...{ tokenizer: 'o200k_base', listings: 2, otherOrders: 0, otherContents: 0, naming: 'UPSTREAM_*' },
      views: [
        { service: null, tools: 1, bytes: 100, tokens: 25 },
        { service: 'alpha', tools: 1, bytes: 100, tokens: 25 },
      ],
      ...{ changed: [], missing: [], added: [], collisions: [] },
    });
  });

  it('shows what became of a schema, and where', () => {
    const changed = { description: 'x', inputSchema: { properties: null } };
    const lists = listsOf([row(null, 'search', changed), row('alpha', 'search', plain)]);
    expect(lists?.naming).toBe('*');
    expect(lists?.changed).toEqual([
      {
        ...{ service: 'alpha', tool: 'search', shownAs: 'search' },
        places: [{ path: 'inputSchema.properties', upstream: '{}', shown: 'null' }],
      },
    ]);
  });

  it('names tools that are missing and tools that no mock has', () => {
    const lists = listsOf([
      row(null, 'alpha__search', plain),
      row(null, 'proxy__add_backend', plain),
      row('alpha', 'search', plain),
      row('alpha', 'book', plain),
    ]);
    expect(lists?.missing).toEqual([{ service: 'alpha', tool: 'book' }]);
    expect(lists?.added).toEqual(['proxy__add_backend']);
  });

  it('knows a tool whose name is shown with other signs between its words', () => {
    const lists = listsOf([
      row(null, 'up_1-search', plain),
      row(null, 'up_1-look-up', plain),
      row('up-1', 'search', plain),
      row('up-1', 'look_up', plain),
      row('up-2', 'search', plain),
    ]);
    expect(lists).toMatchObject({ naming: 'UPSTREAM-*', added: [], missing: [{ service: 'up-2', tool: 'search' }] });
  });

  it('names a tool that hides another of its name', () => {
    const lists = listsOf([row(null, 'search', plain), row('alpha', 'search', plain), row('beta', 'search', plain)]);
    expect(lists?.collisions).toEqual([{ name: 'search', services: ['alpha', 'beta'] }]);
  });

  it('tells another order from another content', () => {
    const list = (listing: number, ...tools: readonly string[]) =>
      tools.map((tool, position) => row(null, tool, plain, { listing, position }));
    const lists = listsOf([...list(0, 'a', 'b'), ...list(1, 'b', 'a'), ...list(2, 'a', 'b'), ...list(3, 'a')]);
    expect(lists).toMatchObject({ listings: 4, otherOrders: 1, otherContents: 1, added: [] });
  });
});
