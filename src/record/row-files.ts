/** Reading the line-by-line files. A row that can't be read costs itself alone. */
import { join } from 'node:path';
import { errorCode } from '../problem/index.js';
import { parsedOrUndefined } from '../protocol/index.js';
import { textIfThere } from './files.js';
import type { RecordRows } from './rows.js';

export interface ReadRows<Name extends keyof RecordRows> {
  readonly rows: readonly RecordRows[Name][];
  /** Lines that were left out. */
  readonly damaged: number;
}

/**
 * The rows of an NDJSON file; null when there is no such file. Bytes of zero, with which a file system fills up what a
 * power cut took, are left out.
 * @param isWhole whether what was parsed is a row of this file; not asked for of a file whose digest is right.
 */
export async function readRows<Name extends keyof RecordRows>(
  dir: string,
  name: Name,
  isWhole: (row: unknown) => boolean = () => true,
): Promise<ReadRows<Name> | null> {
  const text = await textIfThere(join(dir, name)).catch((error: unknown) => {
    if (errorCode(error) === null) throw error;
    return '\0';
  });
  if (text === null) return null;
  const rows: RecordRows[Name][] = [];
  let damaged = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const row = parsedOrUndefined(line.replaceAll('\0', ''));
    if (row !== undefined && isWhole(row)) rows.push(row as RecordRows[Name]);
    else damaged++;
  }
  return { rows, damaged };
}

/** The rows of an NDJSON file, those of the same kind as text. */
export const ndjson = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
