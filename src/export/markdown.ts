import { markdownSummary } from '../report/index.js';
import type { ExportFormat } from './format.js';

/** The summary for job summaries and merge requests. */
export const markdown: ExportFormat = { file: 'summary.md', contentOf: (run) => markdownSummary([run]) };
