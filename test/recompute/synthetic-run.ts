/**
 * A run that was never made, with faults and every kind of ending: a simulated client, the real spool, record and
 * analysis.
 */
import { seededRandom } from '../../src/random/index.js';
import { SAMPLE_FLAGS, SpoolEncoder, type RecordWriter, type RunEvent } from '../../src/record/index.js';
import { openRecord, sealRecord, type SyntheticRun } from './synthetic-record.js';
import { Simulation, type SimulatedCall, type SimulatedPhase } from './simulation.js';

const MS = 1e6;
const S = 1e9;

const CALLS: readonly SimulatedCall[] = [
  { tool: 'search', weight: 70, deadlineNs: 400 * MS, retries: 0, ending: 'right' },
  { tool: 'book', weight: 20, deadlineNs: 600 * MS, retries: 2, ending: 'booked' },
  { tool: 'fail', weight: 4, deadlineNs: 50 * MS, retries: 0, ending: 'always-fails' },
  { tool: 'book', weight: 6, deadlineNs: 60 * MS, retries: 0, ending: 'booked' },
];

const SCENARIO = `version: 1
name: synthetic
seed: SEED
LOAD_LINE
stack:
  services: { backend: { mock: tools, workers: 4, service-time: { constant: 10ms } } }
  links: { upstream: { to: backend } }
  target: upstream
protocol: { sessions: 4 }
calls:
  - { tool: search, weight: 70, arguments: { query: hull }, expect: success, deadline: 400ms }
  - { tool: book, weight: 20, arguments: { berth: { unique: uuid } }, expect: success, effect: exactly-once,
      deadline: 600ms, retry: { attempts: 2, backoff: 30ms } }
  - { tool: fail, label: always fails, weight: 4, expect: success, deadline: 50ms }
  - { tool: book, label: hurried, weight: 6, arguments: { berth: { unique: uuid } }, expect: success,
      effect: exactly-once, deadline: 60ms }
phases:
  - { name: floor, regime: floor, for: 2s }
  - { name: closed, regime: steady, concurrency: 12, for: 2s, warmup: 250ms }
  - { name: open, regime: steady, rate: 250/s, for: 6s, warmup: 500ms }
  - { name: overload, regime: overload, before: { rate: 100/s, for: 1s }, rate: 600/s, for: 2s,
      after: { rate: 200/s, for: 6s }, warmup: 300ms }
  - { name: faults, regime: steady, rate: 150/s, for: 14s, warmup: 1s }
  - { name: blind, regime: steady, concurrency: 6, for: 6s, warmup: 500ms }
  - { name: hill, regime: stages, stages: [{ name: up, from: 50/s, to: 400/s, for: 3s }, { name: top,
      rate: 400/s, for: 1s }, { name: down, from: 400/s, to: 50/s, for: 3s }], warmup: 700ms }
  - { name: one ramp, regime: stages, stages: [{ from: 100/s, to: 20/s, for: 2s }] }
  - { name: burst, regime: spike, base: 60/s, spike: 500/s, before: 1s, for: 500ms, after: 4s }
  - { name: again, regime: replay, recorded: "offset_ms\\n0\\n100\\n100\\n250.5\\n900\\n901\\n2400\\n2800\\n",
      speed: 2x, warmup: 60ms, for: 1300ms }
  - { name: spared, regime: steady, rate: 150/s, for: 8s, warmup: 500ms }
  - { name: spared again, regime: steady, rate: 80/s, for: 8s, warmup: 500ms }
  - { name: tripped, regime: steady, rate: 120/s, for: 9s, warmup: 500ms }
  - { name: stuck, regime: steady, rate: 200/s, for: 7s, warmup: 500ms }
  - { name: wavering, regime: steady, rate: 110/s, for: 6s, warmup: 500ms }
  - { name: higher, regime: steady, rate: 130/s, for: 6s, warmup: 500ms }
  - { name: lower, regime: steady, rate: 80/s, for: 6s, warmup: 500ms }
faults:
  - { id: early, phase: open, at: 1s, for: 500ms, on: upstream, type: latency, latency: 30ms }
  - { id: slow, phase: faults, at: 4s, for: 1500ms, on: upstream, type: latency, latency: 1500ms }
  - { id: again, phase: faults, at: 9s, for: 4s, on: upstream, type: latency, latency: 700ms }
  - { id: blind-slow, phase: blind, at: 3s, for: 1s, on: upstream, type: latency, latency: 40ms }
  - { id: on-ramp, phase: hill, at: 2s, for: 500ms, on: upstream, type: latency, latency: 20ms }
  - { id: broken, phase: burst, at: 1500ms, for: 800ms, on: backend, type: error }
  - { id: cut, phase: burst, at: 4s, for: 400ms, on: upstream, type: down }
  - { id: search-only, phase: spared, at: 3s, for: 1500ms, on: backend, type: slow-first-byte, tool: search,
      delay: 300ms }
  - { id: search-only-again, phase: spared again, at: 3s, for: 1500ms, on: backend, type: slow-first-byte,
      tool: search, delay: 300ms }
  - { id: tripping, phase: tripped, at: 3s, for: 2s, on: upstream, type: latency, latency: 900ms }
  - { id: tripping-for-good, phase: stuck, at: 3s, for: 2s, on: upstream, type: latency, latency: 900ms }
  - { id: unsettling, phase: wavering, at: 2500ms, for: 300ms, on: upstream, type: latency, latency: 450ms }
  # One trigger that the stack gets over at the higher rate and not at the lower one.
  - { id: once-higher, phase: higher, at: 2500ms, for: 400ms, on: upstream, type: latency, latency: 500ms }
  - { id: once-lower, phase: lower, at: 2500ms, for: 400ms, on: upstream, type: latency, latency: 500ms }
  # Its end is never confirmed.
  - { id: faint, phase: blind, at: 5400ms, for: 300ms, on: upstream, type: latency, latency: 1ms }
recovery: { window: 250ms, hold: 1s, latency-factor: 2x, goodput-share: 80% }
`;

export interface SyntheticOptions {
  readonly seed: number;
  /** Declared by the scenario, or not known at all. */
  readonly loadLinePerSecond: number | null;
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

/** Makes a run directory with a summary.json in it. */
export async function syntheticRun({ seed, loadLinePerSecond }: SyntheticOptions): Promise<SyntheticRun> {
  const text = SCENARIO.replace('SEED', String(seed)).replace(
    'LOAD_LINE',
    loadLinePerSecond === null ? '' : `load-line: ${loadLinePerSecond}/s`,
  );
  const { plan, record } = openRecord(text, `synthetic${seed}`);
  const random = seededRandom(seed, 'synthetic');
  const spool = new SpoolEncoder((chunk) => record.spool(chunk));
  // A record is never quite whole: one call misses its end, another is missing altogether. Both without effects.
  const broken: { readonly after: number; callId: number | null }[] = [
    { after: 1000, callId: null },
    { after: 2000, callId: null },
  ];
  const simulation = new Simulation(CALLS, random, (sample) => {
    const breakage = broken.find(({ after, callId }) => callId === null && sample.callId > after && sample.spec === 0);
    if (breakage === undefined) return spool.append(sample);
    breakage.callId = sample.callId;
    if (breakage === broken[0]) spool.append({ ...sample, flags: sample.flags & ~SAMPLE_FLAGS.final });
  });

  const edges = new Map<string, number>();
  const say = (event: RunEvent): void => {
    record.event(event);
    if (event.type === 'fault') edges.set(`${event.fault} ${event.edge}`, event.atNs);
  };
  say({ type: 'run', atNs: 0, edge: 'start' });
  const toolListKept = { ttlMs: 300_000, scope: 'public' } as const;
  say({ type: 'preflight', atNs: 500 * MS, introducedNs: 20 * MS, calls: [], toolListKept });
  let nowNs = 3 * S;
  for (const planned of plan.phases) {
    const { index, name, segment } = planned;
    if (segment === null) throw new Error(`${name} has no segment`);
    const startNs = nowNs;
    say({ type: 'phase', atNs: startNs, phase: index, name, edge: 'start' });
    if (segment.loop === 'open') {
      let atNs = startNs;
      segment.stages.forEach(({ forNs, ...told }, stage) => {
        say({ type: 'stage', atNs, phase: index, stage, ...told });
        atNs += forNs;
      });
    }
    const slow: SimulatedPhase['slow'][number][] = [];
    const refuses: SimulatedPhase['refuses'][number][] = [];
    for (const planned of plan.faults) {
      const { id, phaseIndex, atNs, forNs } = planned;
      if (phaseIndex !== index || forNs === null) continue;
      // The others change nothing.
      const byNs =
        planned.place === 'link' && planned.action.kind === 'toxic' && planned.type === 'latency'
          ? (planned.action.toxic.attributes['latency'] ?? 0) * MS
          : planned.place === 'mock' && planned.action.kind === 'slow-first-byte'
            ? planned.action.delayNs
            : 0;
      for (const edge of ['on', 'off'] as const) {
        const plannedNs = startNs + atNs + (edge === 'on' ? 0 : forNs);
        const askedNs = plannedNs + random.below(2 * MS);
        const answeredNs = askedNs + 1 * MS + random.below(5 * MS);
        const confirmedNs = id === 'faint' && edge === 'off' ? null : answeredNs;
        say({ type: 'fault', atNs: answeredNs, fault: id, phase: index, edge, plannedNs, askedNs, confirmedNs });
        // What a fault leaves behind lasts a little longer than the fault, so that recovery takes its time.
        if (edge === 'on' && byNs > 0) slow.push({ fromNs: answeredNs, toNs: answeredNs + forNs + 600 * MS, byNs });
        // A breaker opens once calls have failed, stays open for a while after or for good, and lets half of them try.
        if (edge === 'on' && id.startsWith('tripping')) {
          const closesNs = answeredNs + forNs + (name === 'stuck' ? 1000 * S : 1 * S);
          refuses.push(
            { fromNs: answeredNs + 600 * MS, toNs: closesNs, every: 1 },
            { fromNs: closesNs, toNs: closesNs + 500 * MS, every: 2 },
          );
        }
        // Now and then all are turned away, and in between none: neither up nor down for a hold time.
        if (edge === 'off' && id === 'unsettling')
          for (let n = 0; n < 4; n++)
            refuses.push({ fromNs: answeredNs + n * 900 * MS, toNs: answeredNs + (n * 900 + 300) * MS, every: 1 });
        if (edge === 'off' && id === 'once-lower') refuses.push({ fromNs: answeredNs, toNs: Infinity, every: 1 });
      }
    }
    const drainedNs = simulation.run({
      index,
      startNs,
      warmupNs: planned.warmupNs,
      forNs: planned.forNs,
      load:
        segment.loop === 'closed'
          ? { loop: 'closed', concurrency: segment.concurrency }
          : {
              loop: 'open',
              arrivals: segment.arrivals,
              stages: segment.stages,
              recordedNs: segment.arrivals === 'recorded' ? segment.offsetsNs : null,
            },
      // The second phase is quick, so that it reaches the sample sizes of the far quantiles.
      workers: name === 'floor' ? 1 : 4,
      serviceNs: name === 'closed' ? 1 * MS : 10 * MS,
      serviceSpread: 0.8,
      queue: name === 'overload' ? 150 : 1000,
      slots: name === 'overload' ? 200 : 60,
      stamps: name !== 'blind',
      slow,
      refuses,
    });
    say({ type: 'phase', atNs: startNs + planned.forNs, phase: index, name, edge: 'scheduled-end' });
    say({ type: 'phase', atNs: drainedNs, phase: index, name, edge: 'drained' });
    nowNs = drainedNs + 17 * MS;
  }
  spool.flush();
  sessionsInto(record, edges);
  record.rows('effects', [
    { callId: null, tool: 'book', atNs: S },
    { callId: 999_999, tool: 'book', atNs: S },
    ...simulation.effects,
  ]);
  say({ type: 'run', atNs: nowNs, edge: 'end' });
  return sealRecord(record, plan);
}
