/** Sums interval logs of HdrHistogram: the histograms of one second and tag become one. */
import { emptyHistogram } from './hlog.js';
import { encodedHistogram } from './hlog-encoding.js';

/** One line of a log. */
interface Line {
  readonly second: number;
  readonly tag: string;
  /** Its times, as they are written. */
  readonly interval: string;
  readonly max: string;
  readonly base64: string;
}

const INTERVAL = /^Tag=([^,]*),(([\d.]+),[\d.]+),([\d.]+),(\S+)$/;

/**
 * The sum of the logs of shards of one run: exact, as every one of them keeps values alike. Comments at the beginning
 * are those of the first; each shard's own at its end follow in order.
 */
export async function sumHistogramLogs(logs: readonly string[]): Promise<string> {
  const { decodeFromCompressedBase64 } = await import('hdr-histogram-js');
  const heads: string[] = [];
  const tails: string[] = [];
  const lines: Line[] = [];
  for (const [log, text] of logs.entries()) {
    let isHead = true;
    for (const line of text.split('\n')) {
      const [found, tag = '', interval = '', start = '', max = '', base64 = ''] = INTERVAL.exec(line) ?? [];
      if (found !== undefined) {
        isHead = false;
        lines.push({ second: Number(start), tag, interval, max, base64 });
      } else if (line.startsWith('"')) {
        isHead = false;
        if (log === 0) heads.push(`${line}\n`);
      } else if (line !== '' && (!isHead || log === 0)) (isHead ? heads : tails).push(`${line}\n`);
    }
  }
  lines.sort((a, b) => a.second - b.second || (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0));
  const out: string[] = [];
  const sum = await emptyHistogram();
  // Exact in the lines; in the histograms to three digits.
  let largest = '0';
  const write = async (of: Line | undefined): Promise<void> => {
    if (of === undefined) return;
    out.push(`Tag=${of.tag},${of.interval},${largest},${await encodedHistogram(sum)}\n`);
    sum.reset();
    largest = '0';
  };
  let last: Line | undefined;
  for (const line of lines) {
    if (line.second !== last?.second || line.tag !== last.tag) await write(last);
    if (Number(line.max) > Number(largest)) largest = line.max;
    sum.add(decodeFromCompressedBase64(line.base64));
    last = line;
  }
  await write(last);
  return [...heads, ...out, ...tails].join('');
}
