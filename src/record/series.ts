/** series.ndjson: what each second of a run looked like, from the samples and events alone. Pure. */
import { NS_PER_S } from '../clock/index.js';
import { type Calls, callsOf, isGood, isOk } from './calls.js';
import type { SampleColumns } from './columns.js';
import { faultSpans } from './faults.js';
import { OUTCOMES, type Outcome } from './outcome.js';
import type { RunEvent } from './events.js';
import type { HealthRow, SeriesRow } from './rows.js';
import { maxAgesNs, waitingLine } from './waiting-line.js';

/** Counters of one second, while they are being filled. */
interface Second {
  offered: number;
  sent: number;
  onTime: number;
  late: number;
  inFlightMax: number;
  outcomes: Partial<Record<Outcome, number>>;
}

/** One row a second from the epoch to the last thing that happened, warm-up included. */
export function seriesOf(
  columns: SampleColumns,
  events: readonly RunEvent[],
  health: readonly HealthRow[],
): readonly SeriesRow[] {
  const seconds: Second[] = [];
  const lastNs = lastMoment(columns, events);
  for (let s = 0; s * NS_PER_S <= lastNs; s++) {
    seconds.push({ offered: 0, sent: 0, onTime: 0, late: 0, inFlightMax: 0, outcomes: {} });
  }
  const calls = callsOf(columns);
  const ages = maxAgesNs(
    calls.phaseFrom.slice(1).map((to, phase) => {
      const from = calls.phaseFrom[phase] ?? 0;
      return waitingLine(
        calls,
        Uint32Array.from({ length: to - from }, (_, k) => from + k),
      );
    }),
    0,
    NS_PER_S,
    seconds.length,
  );
  count(seconds, columns, calls);
  measureInFlight(seconds, columns);

  const phases = phaseSpans(events);
  const stages = stageStarts(events);
  const faults = faultSpans(events);
  const healthOf = healthBySecond(health);
  return seconds.map((second, s) => {
    const fromNs = s * NS_PER_S;
    const toNs = fromNs + NS_PER_S;
    return {
      fromNs,
      phase: phases.find((span) => span.fromNs <= fromNs && fromNs < span.toNs)?.phase ?? null,
      stage: stages.findLast(({ atNs }) => atNs <= fromNs)?.stage ?? null,
      ...second,
      queueAgeMaxNs: ages[s] ?? 0,
      faultsActive: [
        ...new Set(faults.filter((span) => span.fromNs < toNs && span.toNs > fromNs).map((span) => span.fault)),
      ],
      health: healthOf.get(s) ?? null,
    };
  });
}

function lastMoment(columns: SampleColumns, events: readonly RunEvent[]): number {
  let last = -1;
  for (let row = 0; row < columns.length; row++) {
    const done = columns.doneNs[row] as number;
    if (done > last) last = done;
  }
  for (const event of events) if (event.atNs > last) last = event.atNs;
  return last;
}

function count(seconds: readonly Second[], columns: SampleColumns, calls: Calls): void {
  const at = (timeNs: number | undefined): Second | undefined => seconds[Math.floor((timeNs ?? NaN) / NS_PER_S)];
  for (const sentNs of columns.sentNs) {
    const second = at(sentNs);
    if (second !== undefined) second.sent++;
  }
  for (let i = 0; i < calls.length; i++) {
    const intendedIn = at(calls.intendedNs[i]);
    if (intendedIn !== undefined) intendedIn.offered++;
    const doneIn = at(calls.doneNs[i]);
    const name = OUTCOMES[calls.outcome[i] ?? 0];
    if (doneIn === undefined || name === undefined) continue;
    doneIn.outcomes[name] = (doneIn.outcomes[name] ?? 0) + 1;
    if (isGood(calls, i)) doneIn.onTime++;
    else if (isOk(calls, i)) doneIn.late++;
  }
}

/** Most attempts between sent and done at one moment of each second. */
function measureInFlight(seconds: readonly Second[], columns: SampleColumns): void {
  const sent = sortedTimes(columns.sentNs, columns.sentNs);
  const done = sortedTimes(columns.doneNs, columns.sentNs);
  let inFlight = 0;
  let nextSent = 0;
  let nextDone = 0;
  seconds.forEach((second, s) => {
    const endNs = (s + 1) * NS_PER_S;
    second.inFlightMax = inFlight;
    for (;;) {
      const sentAt = sent[nextSent] ?? Infinity;
      const doneAt = done[nextDone] ?? Infinity;
      if (Math.min(sentAt, doneAt) >= endNs) break;
      // An answer and a send at the same instant do not overlap.
      if (doneAt <= sentAt) {
        inFlight--;
        nextDone++;
      } else {
        inFlight++;
        nextSent++;
        if (inFlight > second.inFlightMax) second.inFlightMax = inFlight;
      }
    }
  });
}

/** The times of those rows that were sent, ascending. */
function sortedTimes(timesNs: Float64Array, sentNs: Float64Array): Float64Array {
  const kept = new Float64Array(timesNs.length);
  let n = 0;
  for (let row = 0; row < timesNs.length; row++) {
    const time = timesNs[row] as number;
    if (!Number.isNaN(time) && !Number.isNaN(sentNs[row])) kept[n++] = time;
  }
  return kept.subarray(0, n).sort();
}

function phaseSpans(
  events: readonly RunEvent[],
): readonly { readonly phase: number; readonly fromNs: number; readonly toNs: number }[] {
  const spans = new Map<number, { phase: number; fromNs: number; toNs: number }>();
  for (const event of events) {
    if (event.type !== 'phase') continue;
    const span = spans.get(event.phase) ?? { phase: event.phase, fromNs: Infinity, toNs: Infinity };
    // A capacity phase begins and drains once a probe: it lasts from its first start to its last drain.
    if (event.edge === 'start') {
      span.fromNs = Math.min(span.fromNs, event.atNs);
      span.toNs = Infinity;
    } else if (event.edge === 'drained') {
      span.toNs = event.atNs;
    }
    spans.set(event.phase, span);
  }
  return [...spans.values()].sort((a, b) => a.fromNs - b.fromNs);
}

interface StageStart {
  readonly atNs: number;
  /** Of those at the same time: an end, a start, and its stage. */
  readonly order: number;
  readonly stage: number | null;
}

/** From when on which stage is scheduled, in order; null: none. A closed loop has one stage and no event of it. */
function stageStarts(events: readonly RunEvent[]): readonly StageStart[] {
  return events
    .flatMap((event): readonly StageStart[] => {
      if (event.type === 'stage') return [{ atNs: event.atNs, order: 2, stage: event.stage }];
      if (event.type !== 'phase' || event.edge === 'drained') return [];
      return event.edge === 'start'
        ? [{ atNs: event.atNs, order: 1, stage: 0 }]
        : [{ atNs: event.atNs, order: 0, stage: null }];
    })
    .sort((a, b) => a.atNs - b.atNs || a.order - b.order);
}

/** Rows come at about the end of each second; two that round to the same one are merged, the worse value winning. */
function healthBySecond(health: readonly HealthRow[]): ReadonlyMap<number, HealthRow> {
  const rows = new Map<number, HealthRow>();
  for (const row of health) {
    const second = Math.max(0, Math.round(row.atNs / NS_PER_S) - 1);
    const other = rows.get(second);
    rows.set(second, other === undefined ? row : worse(other, row));
  }
  return rows;
}

function worse(a: HealthRow, b: HealthRow): HealthRow {
  const larger = (x: number | null, y: number | null): number | null =>
    x === null ? y : y === null ? x : Math.max(x, y);
  return {
    atNs: Math.max(a.atNs, b.atNs),
    lagP99Ns: larger(a.lagP99Ns, b.lagP99Ns),
    lagMaxNs: larger(a.lagMaxNs, b.lagMaxNs),
    loopDelayMaxNs: Math.max(a.loopDelayMaxNs, b.loopDelayMaxNs),
    gcNs: a.gcNs + b.gcNs,
    inFlight: Math.max(a.inFlight, b.inFlight),
    queued: Math.max(a.queued, b.queued),
  };
}
