import type { ExportFormat } from './format.js';

/** The verdict of each gate, and of all of them. */
export const gateJson: ExportFormat = {
  file: 'gate.json',
  contentOf: ({ analysis, gates }) =>
    `${JSON.stringify({ schema: 'plimsoll/gate-v1', runId: analysis.summary.runId, ...gates }, null, 2)}\n`,
};
