/** What a record's histograms must be, counted anew from its samples. */
import { histogramLog } from '../../src/record/hlog.js';
import type { RunRecord } from '../../src/record/index.js';

export const recountedHistograms = ({ samples, header }: RunRecord): Promise<string> =>
  histogramLog(samples, header.startedUtc);
