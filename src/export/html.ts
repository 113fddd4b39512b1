import { htmlReport } from '../report/index.js';
import type { ExportFormat } from './format.js';

/** The report as one self-contained page. */
export const html: ExportFormat = { file: 'report.html', contentOf: (run) => htmlReport([run]) };
