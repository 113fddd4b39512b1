/**
 * Exports: the files that are derived from a run. Pure: a format returns its content, the caller
 * writes it.
 *
 * Owns the list of derived files and the machine-readable formats. Does not own how results read (`report`), the
 * numbers (`analysis`), the verdicts (`gate`), or files that are measured and sealed with the record, `histograms.hlog`
 * among them (`record`).
 */
import { gateFile } from '../gate/index.js';
import { htmlReport, markdownSummary, type RunView } from '../report/index.js';
import type { ExportFormat } from './format.js';
import { junit } from './junit.js';

export { githubComparison, githubGates } from './github.js';
export { comparisonJunit } from './junit.js';

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Every format that a run writes, in the order in which they are written. */
export const EXPORTS = {
  /** All numbers of the run. */
  summary: { file: 'summary.json', contentOf: ({ analysis }) => jsonText(analysis.summary) },
  /** The verdict of each gate, and of all of them. */
  gate: { file: 'gate.json', contentOf: ({ analysis, gates }) => jsonText(gateFile(gates, analysis.summary)) },
  junit,
  /** The summary for job summaries and merge requests. */
  markdown: { file: 'summary.md', contentOf: (run) => markdownSummary([run]) },
  /** The report as one self-contained page. */
  report: { file: 'report.html', contentOf: (run) => htmlReport([run]) },
} as const satisfies Readonly<Record<string, ExportFormat>>;

/** Names of all derived files in a run directory. */
export const EXPORTED_FILES: readonly string[] = Object.values(EXPORTS).map(({ file }) => file);

export interface ExportedFile {
  readonly file: string;
  readonly content: string;
}

/** All derived files of a run. */
export async function exportRun(run: RunView): Promise<readonly ExportedFile[]> {
  const files: ExportedFile[] = [];
  for (const { file, contentOf } of Object.values(EXPORTS)) files.push({ file, content: await contentOf(run) });
  return files;
}
