/** What a report is made from. Everything in it was read from a run record; nothing is fetched. */
import type { Analysis } from '../analysis/index.js';
import type { GateReport } from '../gate/index.js';
import type { Plan } from '../plan/index.js';

/** One run as every form of the report reads it. Reports take a list of these. */
export interface RunView {
  readonly analysis: Analysis;
  readonly gates: GateReport;
  readonly plan: Plan;
  /** The experiment envelope as read from disk, in any form; facts that are unknown are `{ value: null, reason }`. */
  readonly envelope: unknown;
  /** The resolved scenario, as written to the run record: secrets are already replaced. */
  readonly scenarioText: string;
  /** Files of the run directory, relative to the report. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** The command that makes this run again. */
  readonly reproduce: string;
}
