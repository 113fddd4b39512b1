import type { Calls } from '../../record/index.js';
import type { CapacityResults } from '../capacity/index.js';
import { type EnvironmentPart, machineFactsOf } from '../environment/index.js';
import type { HypothesesPart } from '../hypotheses/index.js';
import type { RunInput } from '../input.js';
import type { LatenessResults } from '../lateness/index.js';
import type { PhasesResults } from '../phases/index.js';
import type { EdgesResults } from '../recovery/index.js';
import type { Topic } from '../topic.js';
import type { Validity } from './types.js';
import { validityOf } from './validity.js';

export interface ValidityPart {
  readonly validity: Validity;
}

interface Needs
  extends RunInput, PhasesResults, EdgesResults, CapacityResults, HypothesesPart, EnvironmentPart, LatenessResults {
  readonly calls: Calls;
}

export const validityTopic: Topic<Needs, ValidityPart, object> = {
  name: 'validity',
  compute: (run) => {
    const { status, manifest, samples, events, health, resources, machine, workers, envelope } = run.record;
    const validity = validityOf({
      ...run,
      status,
      manifest,
      attempts: samples.length,
      events,
      health,
      resources,
      machine: machineFactsOf(envelope),
      machineRows: machine,
      workerRows: workers,
      samples,
    });
    return { summary: { validity }, results: {} };
  },
};
