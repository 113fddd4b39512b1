import type { Manifest, RunRecord } from '../record/index.js';
import type { Plan } from '../plan/index.js';

/** The part of a run record that numbers are made from. */
export interface AnalysisInput extends Pick<
  RunRecord,
  | 'status'
  | 'envelope'
  | 'samples'
  | 'events'
  | 'health'
  | 'resources'
  | 'machine'
  | 'workers'
  | 'effects'
  | 'gateways'
  | 'faultHits'
  | 'tools'
  | 'work'
  | 'upstreamCalls'
  | 'toolLists'
  | 'serverMetrics'
  | 'shards'
> {
  readonly header: Pick<RunRecord['header'], 'runId' | 'name' | 'scenarioDigest' | 'startedUtc'>;
  readonly manifest: Pick<Manifest, 'samples'> | null;
}

/** One run to analyse. */
export interface RunInput {
  readonly record: AnalysisInput;
  readonly plan: Plan;
}
