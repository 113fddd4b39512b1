/**
 * A run that was never made, of capacity searches and of closed loops at many levels: the real search asks, a simulated
 * client and server answer.
 */
import { CapacitySearch, coolDownNs, judgeProbe, probeSegment, type JudgedProbe } from '../../src/capacity/index.js';
import type { Plan, PlannedPhase } from '../../src/plan/index.js';
import { seededRandom } from '../../src/random/index.js';
import {
  SAMPLE_FLAGS,
  SpoolEncoder,
  decodeSpool,
  outcomeCode,
  type AttemptSample,
  type RunEvent,
} from '../../src/record/index.js';
import type { Search } from '../../src/scenario/index.js';
import { Simulation, type SimulatedPhase } from './simulation.js';
import { openRecord, sealRecord, type SyntheticRun } from './synthetic-record.js';

const MS = 1e6;
const S = 1e9;
const LEVELS = [1, 2, 3, 4, 6, 9, 16];

const SCENARIO = `version: 1
name: searches
seed: 11
stack:
  services: { backend: { mock: tools, replicas: 4, workers: 1, service-time: { constant: 10ms } } }
  target: backend
protocol: { sessions: 4 }
calls:
  - { tool: search, arguments: { query: hull }, expect: success, deadline: 300ms }
phases:
  - { name: whole, regime: capacity, between: [75/s, 1200/s], step: 2500ms, resolution: 20% }
  - { name: one lost, regime: capacity, between: [90/s, 600/s], step: 1600ms, resolution: 45%, confirmations: 1, without: backend-2, operating: 200/s, arrivals: poisson }
  - { name: too low, regime: capacity, between: [10/s, 20/s], step: 1s, confirmations: 1 }
  - { name: too high, regime: capacity, between: [700/s, 900/s], step: 1s }
  - { name: spoilt, regime: capacity, between: [50/s, 100/s], step: 1s }
${LEVELS.map((n) => `  - { name: c${n}, regime: steady, concurrency: ${n}, for: 1s, warmup: 100ms }`).join('\n')}
`;

/**
 * What is wrong with the generator in a phase: some calls it fails itself, and calls whose end is not in the record.
 */
const SPOILT: Readonly<Record<string, { readonly failsEvery: number; readonly losesEvery: number }>> = {
  // One call in some thousands, so that one probe or two have to be made again.
  whole: { failsEvery: 211, losesEvery: 5003 },
  spoilt: { failsEvery: 20, losesEvery: Infinity },
};

class Run {
  readonly opened = openRecord(SCENARIO, 'searches');
  readonly #simulation: Simulation;
  readonly #spool: SpoolEncoder;
  #chunks: Uint8Array[] = [];
  #calls = 0;
  #nowNs = 1 * S;
  #generator = { failsEvery: Infinity, losesEvery: Infinity };

  constructor() {
    const { record } = this.opened;
    this.#spool = new SpoolEncoder((chunk) => {
      record.spool(chunk);
      this.#chunks.push(chunk);
    });
    const call = { tool: 'search', weight: 1, deadlineNs: 300 * MS, retries: 0, ending: 'surely-right' } as const;
    this.#simulation = new Simulation([call], seededRandom(11, 'searches'), (sample) => this.#take(sample));
  }

  /** All phases, one after another. */
  async made(): Promise<SyntheticRun> {
    const { plan, record } = this.opened;
    this.#say({ type: 'run', atNs: 0, edge: 'start' });
    for (const planned of plan.phases) {
      this.#generator = SPOILT[planned.name] ?? { failsEvery: Infinity, losesEvery: Infinity };
      if (planned.phase.load.kind === 'search') this.#search(plan, planned, planned.phase.load);
      else this.#closed(planned);
    }
    this.#spool.flush();
    this.#say({ type: 'run', atNs: this.#nowNs, edge: 'end' });
    return sealRecord(record, plan);
  }

  #search(plan: Plan, planned: PlannedPhase, phase: Search): void {
    const { index, name } = planned;
    const search = new CapacitySearch({
      ...phase.between,
      resolution: phase.resolution,
      confirmations: phase.confirmations,
    });
    for (let probe = 0; ; probe++) {
      const step = search.next();
      if (step.kind === 'end') {
        const { ended, passedPerSecond, failedPerSecond } = step.result;
        this.#say({ type: 'search-end', atNs: this.#nowNs, phase: index, ended, passedPerSecond, failedPerSecond });
        if (passedPerSecond !== null && phase.loss === null)
          this.#say({ type: 'load-line', atNs: this.#nowNs, phase: index, passedPerSecond, failedPerSecond });
        return;
      }
      const { ratePerSecond, purpose } = step.order;
      const { segment, warmupNs } = probeSegment(phase, index, step.order);
      const forNs = segment.stages.reduce((sum, stage) => sum + stage.forNs, 0);
      const startNs = this.#nowNs;
      if (probe === 0) this.#say({ type: 'phase', atNs: startNs, phase: index, name, edge: 'start' });
      this.#say({ type: 'stage', atNs: startNs, phase: index, stage: 0, label: 'main', ratePerSecond });
      this.#chunks = [];
      this.#calls = 0;
      // A quarter of the workers is gone without that replica, and what is left keeps its stamps to itself.
      const drainedNs = this.#simulation.run({
        ...this.#server(planned, startNs, warmupNs, forNs),
        workers: phase.loss === null ? 4 : 3,
        stamps: phase.loss === null,
        load: { ...segment, recordedNs: null },
      });
      this.#spool.flush();
      const samples = decodeSpool(Buffer.concat(this.#chunks), this.opened.tables).columns;
      const slice = {
        startNs,
        measuredFromNs: startNs + warmupNs,
        scheduledEndNs: startNs + forNs,
        offered: this.#calls,
        samples,
        specs: plan.scenario.calls,
      };
      const judged: JudgedProbe = judgeProbe(slice, { ratePerSecond, arrivals: phase.arrivals });
      const { measuredFromNs, scheduledEndNs } = slice;
      this.#say({
        type: 'probe',
        atNs: drainedNs,
        phase: index,
        probe,
        purpose,
        ratePerSecond,
        startNs,
        measuredFromNs,
        scheduledEndNs,
        drainedNs,
        ...judged,
        verdict: search.learn(judged.verdict),
      });
      this.#ended(planned, scheduledEndNs, drainedNs);
      this.#nowNs = drainedNs + Math.round(coolDownNs(judged.evidence, phase.stepNs));
    }
  }

  #closed(planned: PlannedPhase): void {
    const { index, name, segment, warmupNs, forNs } = planned;
    if (segment?.loop !== 'closed') throw new Error(`${name} is no closed loop`);
    const startNs = this.#nowNs;
    this.#say({ type: 'phase', atNs: startNs, phase: index, name, edge: 'start' });
    const drainedNs = this.#simulation.run({
      ...this.#server(planned, startNs, warmupNs, forNs),
      load: { loop: 'closed', concurrency: segment.concurrency },
    });
    this.#ended(planned, startNs + forNs, drainedNs);
    this.#nowNs = drainedNs + 20 * MS;
  }

  #server({ index }: PlannedPhase, startNs: number, warmupNs: number, forNs: number): Omit<SimulatedPhase, 'load'> {
    return {
      index,
      startNs,
      warmupNs,
      forNs,
      workers: 4,
      serviceNs: 10 * MS,
      serviceSpread: 0.2,
      queue: 1000,
      slots: 1000,
      stamps: true,
      slow: [],
      refuses: [],
    };
  }

  #ended({ index, name }: PlannedPhase, scheduledEndNs: number, drainedNs: number): void {
    this.#say({ type: 'phase', atNs: scheduledEndNs, phase: index, name, edge: 'scheduled-end' });
    this.#say({ type: 'phase', atNs: drainedNs, phase: index, name, edge: 'drained' });
  }

  #take(sample: AttemptSample): void {
    const { failsEvery, losesEvery } = this.#generator;
    if (sample.attempt === 0) this.#calls++;
    const lost = sample.callId % losesEvery === losesEvery - 1;
    const failed = sample.callId % failsEvery === failsEvery - 1;
    this.#spool.append({
      ...sample,
      ...(lost ? { flags: sample.flags & ~SAMPLE_FLAGS.final } : {}),
      ...(failed ? { outcome: outcomeCode('generator') } : {}),
    });
  }

  #say(event: RunEvent): void {
    this.opened.record.event(event);
  }
}

/** Makes a run directory with a summary.json in it. */
export function syntheticSearches(): Promise<SyntheticRun> {
  return new Run().made();
}
