/** Comparing, joining and moving samples. */
import { COLUMNS, SAMPLE_FIELDS, emptyColumns, type SampleColumns, type SampleField } from './columns.js';

/** The first `length` rows. */
export function firstRows(columns: SampleColumns, length: number): SampleColumns {
  const kept = emptyColumns(length, columns.tables);
  for (const field of SAMPLE_FIELDS) kept[field].set(columns[field].subarray(0, length));
  return kept;
}

/** Moves all times of each row by `shiftNs` of it; what is not known stays so. */
export function moveTimes(columns: SampleColumns, shiftNs: (row: number) => number): void {
  const times = SAMPLE_FIELDS.filter((field) => COLUMNS[field].unit === 'ns').map((field) => columns[field]);
  for (let row = 0; row < columns.length; row++) {
    const ns = shiftNs(row);
    if (ns !== 0) for (const column of times) column[row] = (column[row] as number) + ns;
  }
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
