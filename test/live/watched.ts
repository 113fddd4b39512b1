/** A run that is watched, its clock and its samples made by hand. */
import { LiveRun } from '../../src/live/index.js';
import type { Plan } from '../../src/plan/index.js';
import { SpoolEncoder, type AttemptSample, type SampleTables } from '../../src/record/index.js';
import { MS, S, sketchPlan, stage } from '../analysis/fixtures/scenario.js';
import { okSample } from '../record/samples.js';

export const DEADLINE_NS = 250 * MS;

export const TABLES: SampleTables = {
  phases: ['idle', 'steady'],
  calls: ['search'],
  operations: ['tools/call'],
  tools: ['search'],
  deadlinesNs: [DEADLINE_NS],
};

export const PLAN: Plan = sketchPlan({
  phases: [
    { name: 'idle', regime: 'floor', forNs: 2 * S },
    { name: 'steady', stages: [stage('main', 100, 10 * S)] },
  ],
  faults: [{ id: 'outage', phase: 1, atNs: 3 * S, forNs: 4 * S }],
});

export class Watched {
  readonly run: LiveRun;
  nowNs = 0;
  #callId = 0;

  constructor(plan: Plan = PLAN) {
    this.run = new LiveRun(plan);
    this.begin();
  }

  begin(): void {
    this.run.begins({ nowNs: () => this.nowNs, tables: TABLES });
  }

  /** Samples as a load thread hands them over, at `atNs`. */
  spool(atNs: number, samples: readonly AttemptSample[]): void {
    this.nowNs = atNs;
    const encoder = new SpoolEncoder((chunk) => this.run.spooled(chunk));
    for (const sample of samples) encoder.append(sample);
    encoder.flush();
  }

  /** Calls that end one after the other in a second, each after `tookNs`. */
  calls(second: number, count: number, tookNs: number, more: Partial<AttemptSample> = {}): readonly AttemptSample[] {
    return Array.from({ length: count }, (_, n) => {
      const doneNs = Math.round(second * S + ((n + 0.5) * S) / count);
      const intendedNs = doneNs - tookNs;
      return okSample({ callId: this.#callId++, intendedNs, ...sentAt(intendedNs), doneNs, phase: 1, ...more });
    });
  }

  phase(phase: 0 | 1, atNs: number): void {
    this.run.happened({ type: 'phase', atNs, phase, name: TABLES.phases[phase] ?? '', edge: 'start' });
  }

  fault(edge: 'on' | 'off', atNs: number, error?: string): void {
    const confirmedNs = error === undefined ? atNs : null;
    const times = { atNs, plannedNs: atNs, askedNs: atNs, confirmedNs };
    this.run.happened({ type: 'fault', fault: 'outage', phase: 1, edge, ...times });
  }
}

const sentAt = (intendedNs: number) => ({
  ...{ admittedNs: intendedNs, sentNs: intendedNs, firstByteNs: NaN },
  ...{ receivedNs: NaN, startedNs: NaN, finishedNs: NaN },
});
