/** Comparing and joining samples. */
import { SAMPLE_FIELDS, emptyColumns, type SampleColumns, type SampleField } from './columns.js';

/** The first `length` rows. */
export function firstRows(columns: SampleColumns, length: number): SampleColumns {
  const kept = emptyColumns(length, columns.tables);
  for (const field of SAMPLE_FIELDS) kept[field].set(columns[field].subarray(0, length));
  return kept;
}

type Values = SampleColumns[SampleField];

/** The first row in which two columns of the same length differ (NaN equals NaN), or null. */
export function rowOfDifference(a: Values, b: Values): number | null {
  for (let row = 0; row < a.length; row++) {
    const x = a[row] as number;
    const y = b[row] as number;
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return row;
  }
  return null;
}
