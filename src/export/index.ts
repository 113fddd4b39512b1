/**
 * Exports: the files that are derived from a run, and those of a comparison. Pure: a format returns its content, the
 * caller writes it.
 *
 * Owns the list of derived files and the machine-readable formats. Does not own how results read (`report`), the
 * numbers (`analysis`), the verdicts (`gate`), or files that are measured and sealed with the record, `histograms.hlog`
 * among them (`record`).
 */
import type { OperationDurations } from '../analysis/index.js';
import type { Comparison } from '../compare/index.js';
import { gateFile } from '../gate/index.js';
import { comparisonMarkdown, comparisonPage, htmlReport, markdownSummary, type RunView } from '../report/index.js';
import { benchmark, comparisonBenchmark } from './benchmark.js';
import { comparisonGate } from './comparison-gate.js';
import { comparisonCsv, runCsv } from './csv.js';
import {
  jsonText,
  type ComparisonExportOptions,
  type ComparisonFormat,
  type ExportFormat,
  type ExportOptions,
} from './format.js';
import { grafanaDashboard } from './grafana.js';
import { comparisonJunit, junit } from './junit.js';
import { comparisonOpenMetrics, openMetrics } from './openmetrics.js';
import { otlpMetrics } from './otlp.js';

export type { Inconclusive, ExportOptions } from './format.js';
export { githubComparison, githubGates } from './github.js';

const DEFAULTS: ExportOptions = { inconclusive: 'default' };

/** Every format that a run writes, in the order in which they are written. */
export const EXPORTS = {
  /** The report as one self-contained page: first, because the others are made while its charts are drawn. */
  report: { file: 'report.html', contentOf: (run) => htmlReport([run]) },
  /** All numbers of the run. */
  summary: { file: 'summary.json', contentOf: ({ analysis }) => jsonText(analysis.summary) },
  /** The verdict of each gate, and of all of them. */
  gate: { file: 'gate.json', contentOf: ({ analysis, gates }) => jsonText(gateFile(gates, analysis.summary)) },
  junit,
  benchmark,
  openMetrics,
  /** The summary for job summaries and merge requests. */
  markdown: { file: 'summary.md', contentOf: (run) => markdownSummary([run]) },
} as const satisfies Readonly<Record<string, ExportFormat>>;

/** A run with what only some formats take from its samples. */
export interface ExportedRun {
  readonly view: RunView;
  readonly operations: () => readonly OperationDurations[];
}

type AskedFormat = (run: ExportedRun) => string | Promise<string>;

const asWritten =
  ({ contentOf }: ExportFormat): AskedFormat =>
  ({ view }) =>
    contentOf(view, DEFAULTS);

/** What `plimsoll export` writes when it is asked for it, by name. */
export const ASKED_FORMATS = {
  otlp: ({ view, operations }) => otlpMetrics(view, operations()),
  openmetrics: asWritten(openMetrics),
  grafana: asWritten(grafanaDashboard),
  csv: asWritten(runCsv),
  benchmark: asWritten(benchmark),
  junit: asWritten(junit),
  markdown: asWritten(EXPORTS.markdown),
} as const satisfies Readonly<Record<string, AskedFormat>>;

/** Every format that a comparison writes. */
export const COMPARISON_EXPORTS = {
  /** Everything that is known of it. */
  comparison: { file: 'comparison.json', contentOf: jsonText },
  gate: comparisonGate,
  junit: comparisonJunit,
  csv: comparisonCsv,
  benchmark: comparisonBenchmark,
  openMetrics: comparisonOpenMetrics,
  /** For a comment on a pull request and the job summary. */
  markdown: { file: 'comparison.md', contentOf: comparisonMarkdown },
  page: { file: 'comparison.html', contentOf: (comparison, { linkOf }) => comparisonPage(comparison, linkOf) },
} as const satisfies Readonly<Record<string, ComparisonFormat>>;

/** Names of all derived files in a run directory. */
export const EXPORTED_FILES: readonly string[] = Object.values(EXPORTS).map(({ file }) => file);

export interface ExportedFile {
  readonly file: string;
  readonly content: string;
}

/** All derived files of a run. */
export async function exportRun(run: RunView, options = DEFAULTS): Promise<readonly ExportedFile[]> {
  const formats: readonly ExportFormat[] = Object.values(EXPORTS);
  return Promise.all(formats.map(async ({ file, contentOf }) => ({ file, content: await contentOf(run, options) })));
}

/** All files of a comparison. */
export function exportComparison(comparison: Comparison, options: ComparisonExportOptions): readonly ExportedFile[] {
  const formats: readonly ComparisonFormat[] = Object.values(COMPARISON_EXPORTS);
  return formats.map(({ file, contentOf }) => ({ file, content: contentOf(comparison, options) }));
}
