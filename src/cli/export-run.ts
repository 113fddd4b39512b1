/** The verb `export` after its flags are read. */
import { operationDurations } from '../analysis/index.js';
import { ASKED_FORMATS } from '../export/index.js';
import { ProblemError, suggestion } from '../problem/index.js';
import { readRecord } from '../record/index.js';
import { analyseRecord } from './outputs.js';

/** @throws ProblemError (`bad-input`) without a format that exists, before the record is read, or for no run. */
export async function exportedText(dir: string, format: string | undefined): Promise<string> {
  if (format === undefined)
    throw new ProblemError('bad-input', {
      code: 'no-format',
      what: 'no format is named',
      remedy: `add --format with one of: ${Object.keys(ASKED_FORMATS).join(', ')}`,
    });
  const found = Object.entries(ASKED_FORMATS).find(([name]) => name === format);
  if (found === undefined)
    throw new ProblemError('bad-input', {
      code: 'unknown-format',
      what: `there is no format "${format}"`,
      remedy: suggestion(format, Object.keys(ASKED_FORMATS), 'formats'),
    });
  const record = await readRecord(dir);
  const { view } = analyseRecord(record);
  return found[1]({ view, operations: () => operationDurations(record.samples) });
}
