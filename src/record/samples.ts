/** Comparing and joining samples. */
import { SAMPLE_FIELDS, emptyColumns, type SampleColumns, type SampleField } from './columns.js';

/** The first `length` rows. */
export function firstRows(columns: SampleColumns, length: number): SampleColumns {
  const kept = emptyColumns(length, columns.tables);
  for (const field of SAMPLE_FIELDS) kept[field].set(columns[field].subarray(0, length));
  return kept;
}

/** The first field and row in which two sets of columns differ (NaN equals NaN), or null. */
export function firstDifference(
  a: SampleColumns,
  b: SampleColumns,
): { readonly field: string; readonly row: number } | null {
  if (a.length !== b.length) return { field: 'length', row: Math.min(a.length, b.length) };
  for (const field of SAMPLE_FIELDS) {
    const row = rowOfDifference(a[field], b[field]);
    if (row !== null) return { field, row };
  }
  return null;
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
