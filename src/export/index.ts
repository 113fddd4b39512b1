/**
 * Exports: the files that are derived from a run, one module per format. Pure: a format returns its content, the caller
 * writes it.
 *
 * Owns the list of derived files and the machine-readable formats. Does not own how results read (`report`), the
 * numbers (`analysis`), the verdicts (`gate`), or files that are measured and sealed with the record, `histograms.hlog`
 * among them (`record`).
 */
import type { RunView } from '../report/index.js';
import type { ExportFormat } from './format.js';
import { gateJson } from './gate-json.js';
import { html } from './html.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import { summaryJson } from './summary-json.js';

/** Every format that a run writes, in the order in which they are written. */
export const EXPORTS = {
  summary: summaryJson,
  gate: gateJson,
  junit,
  markdown,
  report: html,
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
