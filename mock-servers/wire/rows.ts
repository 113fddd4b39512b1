/** Answers of many rows, NDJSON, written piece by piece. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ServerResponse } from 'node:http';

const ROWS_PER_WRITE = 500;

/** Answers with rows, made as they are taken. */
export function sendRows(response: ServerResponse, rows: Iterable<object>): void {
  response.writeHead(200, ['Content-Type', 'application/x-ndjson']);
  // A reader that goes away while it is served is its own affair.
  pipeline(Readable.from(texts(rows)), response).catch(() => response.destroy());
}

function* texts(rows: Iterable<object>): Generator<string> {
  let text = '';
  let count = 0;
  for (const row of rows) {
    text += JSON.stringify(row) + '\n';
    count += 1;
    if (count % ROWS_PER_WRITE === 0) {
      yield text;
      text = '';
    }
  }
  if (text !== '') yield text;
}
