import type { RunView } from '../report/index.js';

/** What is written from one run in one format. Pure: everything comes from the run it is given. */
export interface ExportFormat {
  /** Name of the file in the run directory. */
  readonly file: string;
  readonly contentOf: (run: RunView) => string | Promise<string>;
}
