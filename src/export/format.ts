import type { Comparison } from '../compare/index.js';
import type { RunView } from '../report/index.js';

/**
 * What a pipeline makes of an inconclusive verdict. `default`: shown as undecided (exit code 75, a skipped test case, a
 * warning); `pass`, `warn`: the job goes on, with a notice or a warning; `fail`: as a gate that failed.
 */
export type Inconclusive = 'default' | 'pass' | 'warn' | 'fail';

export interface ExportOptions {
  readonly inconclusive: Inconclusive;
}

/** What is written from one run in one format. Pure: everything comes from the run it is given. */
export interface ExportFormat {
  /** Name of the file in the run directory. */
  readonly file: string;
  readonly contentOf: (run: RunView, options: ExportOptions) => string | Promise<string>;
}

export interface ComparisonExportOptions extends ExportOptions {
  /** Where the folder of a run lies, from the files. */
  readonly linkOf: (folder: string) => string;
}

/** What is written from one comparison in one format. */
export interface ComparisonFormat {
  readonly file: string;
  readonly contentOf: (comparison: Comparison, options: ComparisonExportOptions) => string;
}

export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
