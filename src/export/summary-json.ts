import type { ExportFormat } from './format.js';

/** All numbers of the run. */
export const summaryJson: ExportFormat = {
  file: 'summary.json',
  contentOf: ({ analysis }) => `${JSON.stringify(analysis.summary, null, 2)}\n`,
};
