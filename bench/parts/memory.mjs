/** A long run: whether memory grows. Only when asked for, with `--minutes`. */
import { plimsoll } from '../contestants/index.mjs';
import { quiet } from '../machine.mjs';
import { median, slope } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';

export const title = 'Memory over time';

export async function run({ minutes }) {
  const seconds = minutes * 60;
  const target = await startTarget();
  try {
    await quiet();
    const { rss, calls } = await plimsoll({ port: target.port, loop: 'open', ratePerSecond: 5_000, seconds, warmupSeconds: 20, keep: false, rssEverySeconds: 2 });
    const MB = 1024 * 1024;
    const points = rss.map((bytes, i) => [(i * 2) / 3_600, bytes / MB]);
    const { median: middle, low, high } = slope(points);
    const tenth = Math.max(1, Math.floor(rss.length / 10));
    const [first, last] = [median(rss.slice(0, tenth)) / MB, median(rss.slice(-tenth)) / MB];
    return `${minutes} minutes at 5 000 calls/s, ${calls} calls: RSS ${first.toFixed(1)} MB in the first tenth, ${last.toFixed(1)} MB in the last; slope ${middle.toFixed(2)} MB an hour, 95 % interval [${low.toFixed(2)}, ${high.toFixed(2)}].`;
  } finally {
    await target.stop();
  }
}
