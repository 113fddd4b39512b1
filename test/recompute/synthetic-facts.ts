/** What a mock and its client would have told of strikes, sessions and work in a simulated run. */
import type { RecordWriter, FaultHitRow } from '../../src/record/index.js';

const MS = 1e6;
const S = 1e9;

/** An attempt as far as a strike needs it. */
export interface Sent {
  readonly callId: number;
  readonly tool: string;
  /** NaN: never sent. */
  readonly sentNs: number;
}

/** As many strikes as each fault counted, on attempts from its onset on, and some that no attempt answers to. */
export function strikesOf(
  sent: readonly Sent[],
  edges: ReadonlyMap<string, number>,
  counted: Readonly<Record<string, number>>,
): readonly FaultHitRow[] {
  const first = (fault: string, count: number): readonly FaultHitRow[] => {
    const onNs = edges.get(`${fault} on`) ?? NaN;
    return sent
      .filter(({ sentNs }) => sentNs >= onNs)
      .sort((a, b) => a.sentNs - b.sentNs)
      .slice(0, count)
      .map(({ callId, tool, sentNs }) => ({
        fault,
        callId,
        tool,
        receivedNs: sentNs + 0.1 * MS,
        atNs: sentNs + 1 * MS,
        afterLift: false,
      }));
  };
  const broken = first('broken', counted['broken'] ?? 0);
  const offNs = edges.get('broken off') ?? NaN;
  return [
    ...broken.slice(1),
    // Nobody knows which call that was.
    {
      fault: 'broken',
      callId: null,
      tool: 'search',
      receivedNs: offNs - 1 * MS,
      atNs: offNs - 0.5 * MS,
      afterLift: false,
    },
    ...broken.slice(0, 1).map((row) => ({ ...row, afterLift: true })),
    { fault: 'held', callId: null, tool: null, receivedNs: null, atNs: edges.get('held on') ?? NaN, afterLift: false },
    ...first('uncounted', 2),
    ...first('leak', counted['leak'] ?? 0),
  ];
}

/** Four sessions, of which one is lost for good when the link is cut, and one opened anew. */
export function sessionsInto(record: RecordWriter, edges: ReadonlyMap<string, number>): void {
  const cutNs = edges.get('cut on') ?? NaN;
  const say = (session: number, atNs: number, edge: 'opened' | 'lost' | 'reopened'): void =>
    record.event({ type: 'session', atNs, session, edge });
  for (const session of [0, 1, 2, 3]) say(session, 1 * S + session, 'opened');
  say(1, cutNs + 10 * MS, 'lost');
  say(1, cutNs + 300 * MS, 'reopened');
  say(2, cutNs + 20 * MS, 'lost');
  say(0, cutNs + 60 * S, 'lost');
}

/** Two processes of one mock, and a second mock whose process ended before it could tell. */
export function accountsInto(record: RecordWriter, endNs: number): void {
  const nothing = { expired: 0, cancelled: 0, cancels: 0, underWay: 0, sessionsOpen: 4, sessionsOpened: 5 };
  const first = { service: 'backend', incarnation: 0, ...nothing } as const;
  record.work([
    { ...first, atNs: 2 * S, when: 'begin', served: 4, servedServiceNs: 40 * MS, wasted: 0, wastedServiceNs: 0 },
    {
      ...first,
      atNs: 30 * S,
      when: 'edge',
      served: 3000,
      servedServiceNs: 30_123_456_789,
      wasted: 60,
      wastedServiceNs: 623_456_789,
      expired: 2,
    },
    {
      ...first,
      atNs: 60 * S,
      when: 'leaving',
      served: 6004,
      servedServiceNs: 60_123_456_789,
      wasted: 120,
      wastedServiceNs: 1_223_456_789,
      expired: 5,
      cancelled: 7,
      cancels: 11,
      underWay: 3,
    },
    {
      ...first,
      service: 'aside',
      atNs: 2 * S,
      when: 'begin',
      served: 0,
      servedServiceNs: 0,
      wasted: 0,
      wastedServiceNs: 0,
    },
    {
      ...first,
      incarnation: 1,
      atNs: endNs,
      when: 'end',
      served: 5001,
      servedServiceNs: 50_000_000_001,
      wasted: 17,
      wastedServiceNs: 170_000_001,
      cancelled: 2,
      cancels: 3,
      underWay: 1,
    },
    {
      ...first,
      service: 'aside',
      atNs: 40 * S,
      when: 'edge',
      served: 9,
      servedServiceNs: 90 * MS,
      wasted: 1,
      wastedServiceNs: 10 * MS,
    },
  ]);
  record.tools([
    { tool: 'search', readOnlyHint: true, idempotentHint: null, destructiveHint: null },
    { tool: 'book', readOnlyHint: false, idempotentHint: false, destructiveHint: false },
    { tool: 'fail', readOnlyHint: null, idempotentHint: null, destructiveHint: null },
  ]);
}
