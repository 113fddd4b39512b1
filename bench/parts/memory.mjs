/**
 * A long run at half of what this machine can offer on time: whether memory grows, and whether every call is in the
 * record. Only when asked for, with `--minutes`.
 *
 * Both threads collect their garbage every five seconds. Left alone, V8 waits minutes before it looks through old
 * objects, and RSS draws a saw of some 20 MB whose teeth are longer than a run has time for: its slope says when the
 * collector last came round.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plimsoll } from '../contestants/index.mjs';
import { quiet, scratch } from '../machine.mjs';
import { median } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';
import { trendInterval } from '../../dist/src/analysis/statistics/index.js';
import { measureSelfLoad } from '../../dist/src/load/index.js';

export const title = 'Memory over time, at half the self-capacity';

const MB = 1024 * 1024;
/**
 * Compilers and heap settle at first: RSS goes up by some 2 MB in the first minutes. What happens once a second is
 * compiled last, and adds some tens of kilobytes for minutes more. Between two heap snapshots four minutes apart, at 10
 * 000 calls a second, all that was new was compiled code and what V8 keeps about it: 9 kB in the main thread, 46 kB in
 * the load thread, which had call slots besides, for the backlog of the first snapshot's own second of standstill.
 */
const WARMUP_SECONDS = 300;

const RATES_PER_SECOND = [5_000, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000];

/**
 * The highest rate, from the lowest up, of which the last call was answered within a twentieth of the time it was
 * offered for.
 */
async function keptUp(port) {
  let best = RATES_PER_SECOND[0] / 2;
  for (const ratePerSecond of RATES_PER_SECOND) {
    const { perSecond } = await plimsoll({
      port,
      loop: 'open',
      ratePerSecond,
      seconds: 4,
      warmupSeconds: 2,
      keep: false,
    });
    if (perSecond < ratePerSecond * 0.95) break;
    best = ratePerSecond;
  }
  return best;
}

const withInterval = ({ slope, low, high }, unit) =>
  `slope ${slope.toFixed(2)} ${unit} per hour, 95 % interval [${low.toFixed(2)}, ${high.toFixed(2)}], ` +
  `which ${low <= 0 && high >= 0 ? 'contains' : 'does not contain'} 0`;

/** What each thread held after its collections in the last so many seconds, as lines. */
function heapLines(file, seconds) {
  if (!existsSync(file)) return [];
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.split(' ').map(Number));
  const last = Math.max(...rows.map(([, at]) => at));
  return [
    ['main', 0],
    ['load', 1],
  ].flatMap(([name, thread]) => {
    const own = rows.filter(([id, at]) => id === thread && at > last - seconds);
    const trend = trendInterval(
      own.map(([, at]) => at / 3_600),
      own.map(([, , bytes]) => bytes / 1024),
    );
    return trend === null
      ? []
      : [
          `- Held by the ${name} thread's heap after each of ${own.length} collections: ` +
            `${(own[0][2] / 1024).toFixed(0)} kB at first, ${(own.at(-1)[2] / 1024).toFixed(0)} kB at last; ` +
            `${withInterval(trend, 'kB')}.`,
        ];
  });
}

export async function run({ minutes }) {
  const seconds = minutes * 60;
  await quiet();
  const { capacityPerSecond } = await measureSelfLoad();
  const target = await startTarget();
  try {
    await quiet();
    // Where a machine is too disturbed to keep any schedule to the millisecond, the rate it keeps up with at all tells
    // as well whether memory grows.
    const mostPerSecond = capacityPerSecond ?? (await keptUp(target.port));
    const ratePerSecond = Math.floor(mostPerSecond / 2);
    const held = scratch('held.txt');
    process.env['PLIMSOLL_HELD'] = held;
    const { rss, offered, recorded, sent } = await plimsoll(
      {
        port: target.port,
        loop: 'open',
        ratePerSecond,
        seconds,
        warmupSeconds: WARMUP_SECONDS,
        keep: false,
        recordInto: scratch('spool.bin'),
        rssEverySeconds: 2,
      },
      { flags: ['--expose-gc', '--require', fileURLToPath(new URL('../contestants/collect.cjs', import.meta.url))] },
    );
    const trend = trendInterval(
      rss.map((_, i) => (i * 2) / 3_600),
      rss.map((bytes) => bytes / MB),
    );
    if (trend === null) return 'Too short for a trend.';
    // The shape says what a slope can't.
    const tenths = Array.from(
      { length: 10 },
      (_, i) =>
        median(
          rss.slice(
            Math.floor((i * rss.length) / 10),
            Math.max(Math.floor((i * rss.length) / 10) + 1, Math.floor(((i + 1) * rss.length) / 10)),
          ),
        ) / MB,
    );
    const found =
      capacityPerSecond === null
        ? `No rate kept p99 lag under 1 ms, so half of the highest rate of ${RATES_PER_SECOND.join(', ')}/s at which ` +
          `the generator did not fall behind: ${mostPerSecond}/s.`
        : `Self-capacity: ${capacityPerSecond} calls/s with p99 lag under 1 ms.`;
    return [
      `${found} ` + `${minutes} minutes at ${ratePerSecond}/s, after ${WARMUP_SECONDS / 60} minutes of warm-up:`,
      '',
      '- RSS by tenths of the time, with garbage collected every five seconds, MB: ' +
        `${tenths.map((mb) => mb.toFixed(1)).join(', ')}; ${withInterval(trend, 'MB')}.`,
      ...heapLines(held, seconds),
      `- ${offered} calls offered, ${sent} sent, ${recorded} in the record: ` +
        `${offered === recorded ? 'none lost' : 'THEY DIFFER'}.`,
    ].join('\n');
  } finally {
    await target.stop();
  }
}
