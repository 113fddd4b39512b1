import { gateFile } from '../gate/index.js';
import type { ExportFormat } from './format.js';

/** The verdict of each gate, and of all of them. */
export const gateJson: ExportFormat = {
  file: 'gate.json',
  contentOf: ({ analysis, gates }) => `${JSON.stringify(gateFile(gates, analysis.summary), null, 2)}\n`,
};
