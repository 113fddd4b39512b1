/**
 * How a histogram stands in an interval log: HdrHistogram's compressed encoding V2, in base64.
 *
 * The library that keeps the histograms takes two fields of the header for unused, and writes a 1 into each: as the
 * encoding is defined, its counts are then shifted by one place and its values multiplied by 5e-324. Readers in Rust
 * refuse that, and that in Java adds such histograms up value by value. Here the fields say what is meant.
 */
import { deflateSync, inflateSync } from 'node:zlib';
import type { Histogram } from 'hdr-histogram-js';

/** Before the compressed part: the cookie, and how many bytes follow. */
const LENGTH_AT = 4;
const COMPRESSED_FROM = 8;
/** In the part that is compressed. */
const COUNTS_SHIFTED_BY_AT = 8;
const VALUES_MULTIPLIED_BY_AT = 32;

export async function encodedHistogram(histogram: Histogram): Promise<string> {
  const { encodeIntoCompressedBase64 } = await import('hdr-histogram-js');
  return withPlainHeader(encodeIntoCompressedBase64(histogram, 1));
}

function withPlainHeader(base64: string): string {
  const written = Buffer.from(base64, 'base64');
  const histogram = inflateSync(written.subarray(COMPRESSED_FROM));
  histogram.writeInt32BE(0, COUNTS_SHIFTED_BY_AT);
  histogram.writeDoubleBE(1, VALUES_MULTIPLIED_BY_AT);
  const compressed = deflateSync(histogram);
  const head = Buffer.from(written.subarray(0, COMPRESSED_FROM));
  head.writeInt32BE(compressed.length, LENGTH_AT);
  return Buffer.concat([head, compressed]).toString('base64');
}
