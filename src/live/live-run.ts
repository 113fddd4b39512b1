/** Gathers the seconds of a run from what is recorded of it anyway. Time comes in from outside. */
import { traitsOf } from '../catalog/index.js';
import { NS_PER_S, type NowNs } from '../clock/index.js';
import type { Plan } from '../plan/index.js';
import {
  decodeSpool,
  isFinalAttempt,
  OUTCOMES,
  outcomeCode,
  type RunEvent,
  type SampleColumns,
  type SampleTables,
} from '../record/index.js';
import { Quantiles } from './quantiles.js';
import type { LiveFault, LivePhase, LiveSecond, LiveView } from './types.js';

/** Seconds that are kept: two hours. */
const LIVE_SECONDS = 7_200;
/** Samples that are read in one second; beyond, chunks are left unread, so that this thread stays nearly idle. */
const MOST_ROWS = 20_000;
/** Load threads hand over their samples once a second; a second is over when all of them have done so. */
const GRACE_NS = 1.5 * NS_PER_S;
/** Calls whose first attempt failed and whose retry has not ended: those that were seen last. */
const MOST_OPEN_CALLS = 50_000;

const OK = outcomeCode('ok');

interface OpenSecond {
  good: number;
  late: number;
  readonly failed: Partial<Record<(typeof OUTCOMES)[number], number>>;
  readonly times: Quantiles;
}

const openSecond = (): OpenSecond => ({ good: 0, late: 0, failed: {}, times: new Quantiles() });

/** Attempts in flight and calls waiting in the client, now. */
export interface LiveGauges {
  readonly inFlight: number;
  readonly queued: number;
}

/** What a run has begun with. */
export interface RunBeginning {
  readonly nowNs: NowNs;
  readonly tables: SampleTables;
}

export class LiveRun {
  readonly #plan: Plan;
  #beginning: RunBeginning | null = null;
  #phases: LivePhase[] = [];
  #faults: LiveFault[] = [];
  #seconds: LiveSecond[] = [];
  #open = new Map<number, OpenSecond>();
  /** Seconds that are over, those that are not kept any more among them. */
  #closed = 0;
  #firstIntendedNs = new Map<number, number>();
  #recent = new Quantiles();
  #rowsIn = { second: -1, rows: 0 };
  #isPart = false;
  #begun = 0;
  #gauges: () => LiveGauges | null = () => null;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** A run begins, or begins again: nothing of one before is kept. */
  begins(beginning: RunBeginning): void {
    this.#beginning = beginning;
    this.#begun++;
    this.#phases = [];
    this.#faults = [];
    this.#seconds = [];
    this.#open = new Map();
    this.#closed = 0;
    this.#firstIntendedNs = new Map();
    this.#recent = new Quantiles();
    this.#isPart = false;
    this.#gauges = () => null;
  }

  /** A chunk of the spool; it is read and not kept. */
  spooled(chunk: Uint8Array): void {
    if (this.#beginning === null) return;
    const second = Math.floor(this.#beginning.nowNs() / NS_PER_S);
    if (this.#rowsIn.second !== second) this.#rowsIn = { second, rows: 0 };
    if (this.#rowsIn.rows > MOST_ROWS) {
      this.#isPart = true;
      return;
    }
    const { columns } = decodeSpool(chunk, this.#beginning.tables);
    this.#rowsIn.rows += columns.length;
    for (let row = 0; row < columns.length; row++) this.#add(columns, row);
    this.#close();
  }

  happened(event: RunEvent): void {
    if (event.type === 'phase') this.#phaseEvent(event);
    else if (event.type === 'fault') this.#faultEvent(event);
  }

  /** Where the generator's own counters are read from now on. */
  reads(gauges: () => LiveGauges | null): void {
    this.#gauges = gauges;
  }

  /** Now, on the clock of the run; null before it has begun. */
  nowNs(): number | null {
    return this.#beginning?.nowNs() ?? null;
  }

  view(): LiveView {
    this.#close();
    return {
      name: this.#plan.scenario.name,
      phases: this.#phases,
      phasesPlanned: this.#plan.phases.length,
      endNs: this.#endNs(),
      faults: this.#faults,
      begun: this.#begun,
      firstSecond: this.#closed - this.#seconds.length,
      seconds: this.#seconds,
      isPart: this.#isPart,
    };
  }

  #phaseEvent({ phase: index, name, edge, atNs }: Extract<RunEvent, { type: 'phase' }>): void {
    // A search starts a segment for each of its probes.
    if (edge !== 'start' || this.#phases.at(-1)?.index === index) return;
    const planned = this.#plan.phases[index];
    if (planned === undefined) return;
    const endNs = traitsOf(planned.regime).searches ? null : atNs + planned.forNs;
    this.#phases = [...this.#phases, { index, name, startNs: atNs, endNs }];
  }

  #faultEvent({ fault: id, edge, confirmedNs, atNs, plannedNs }: Extract<RunEvent, { type: 'fault' }>): void {
    if (confirmedNs === null) return;
    const planned = this.#plan.faults.find((fault) => fault.id === id);
    if (edge === 'on') {
      const { words = id, forNs = null } = planned ?? {};
      const plannedToNs = forNs === null ? null : plannedNs + forNs;
      this.#faults = [...this.#faults, { id, words, fromNs: atNs, toNs: null, plannedToNs }];
    } else
      this.#faults = this.#faults.map((fault) =>
        fault.id === id && fault.toNs === null ? { ...fault, toNs: atNs } : fault,
      );
  }

  /** The schedule of this phase and of those after it, without their drains. */
  #endNs(): number | null {
    const current = this.#phases.at(-1);
    if (current === undefined || current.endNs === null) return null;
    const later = this.#plan.phases.slice(current.index + 1);
    if (later.some(({ regime }) => traitsOf(regime).searches)) return null;
    return later.reduce((sum, { forNs }) => sum + forNs, current.endNs);
  }

  #add(columns: SampleColumns, row: number): void {
    const callId = columns.callId[row] ?? 0;
    const attempt = columns.attempt[row] ?? 0;
    const intendedNs = columns.intendedNs[row] ?? NaN;
    if (!isFinalAttempt(columns, row)) {
      if (attempt === 0) this.#opened(callId, intendedNs);
      return;
    }
    const firstNs = attempt === 0 ? intendedNs : (this.#firstIntendedNs.get(callId) ?? intendedNs);
    if (attempt > 0) this.#firstIntendedNs.delete(callId);
    const doneNs = columns.doneNs[row] ?? NaN;
    const tookNs = doneNs - firstNs;
    if (!(tookNs >= 0)) return;
    const deadlineNs = columns.tables.deadlinesNs?.[columns.spec[row] ?? 0] ?? Infinity;
    const outcome = columns.outcome[row] ?? 0;
    // What ended in a second that is over counts in the first that is not.
    const at = Math.max(this.#closed, Math.floor(doneNs / NS_PER_S));
    const second = this.#open.get(at) ?? openSecond();
    this.#open.set(at, second);
    if (outcome === OK) {
      if (tookNs <= deadlineNs) second.good++;
      else second.late++;
      second.times.add(tookNs, false);
      return;
    }
    const name = OUTCOMES[outcome] ?? 'generator';
    second.failed[name] = (second.failed[name] ?? 0) + 1;
    second.times.add(Number.isFinite(deadlineNs) ? Math.max(tookNs, deadlineNs) : tookNs, true);
  }

  /** Of a call whose last attempt was in a chunk that is left unread, the first stays here until others push it out. */
  #opened(callId: number, intendedNs: number): void {
    const oldest = this.#firstIntendedNs.keys().next();
    if (this.#firstIntendedNs.size >= MOST_OPEN_CALLS && oldest.done !== true)
      this.#firstIntendedNs.delete(oldest.value);
    this.#firstIntendedNs.set(callId, intendedNs);
  }

  #close(): void {
    const nowNs = this.nowNs();
    if (nowNs === null) return;
    const gauges = this.#gauges();
    while ((this.#closed + 1) * NS_PER_S + GRACE_NS <= nowNs) {
      const second = this.#open.get(this.#closed) ?? openSecond();
      this.#open.delete(this.#closed);
      const fromNs = this.#closed++ * NS_PER_S;
      this.#recent.addAll(second.times);
      const { good, late, failed, times } = second;
      this.#seconds.push({
        ...{ fromNs, phase: this.#phaseAt(fromNs), good, late, failed },
        p50: times.p50(),
        p99: this.#recent.p99(times.count),
        inFlight: gauges?.inFlight ?? null,
        queued: gauges?.queued ?? null,
      });
      if (this.#seconds.length > LIVE_SECONDS) this.#seconds.shift();
    }
  }

  #phaseAt(fromNs: number): number | null {
    const phase = this.#phases.findLast(({ startNs }) => startNs < fromNs + NS_PER_S);
    return phase?.index ?? null;
  }
}
