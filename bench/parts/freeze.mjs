/** The truth test of an open loop: the target stops dead for half a second, again and again, and writes down when. */
import { plimsoll } from '../contestants/index.mjs';
import { quiet } from '../machine.mjs';
import { line, quantile } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';

export const title = 'Frozen target: 0.5 s in every 2.5 s, 500 calls/s';

export async function run() {
  const target = await startTarget({ freeze: { afterMs: 1_000, everyMs: 2_500, forMs: 500 } });
  if (target === null) return 'Needs a C compiler: the node server cannot write down its freezes.';
  try {
    await quiet();
    const { times, monotonicEpochNs } = await plimsoll({ port: target.port, loop: 'open', ratePerSecond: 500, seconds: 10, sessions: 1_000, times: true, freeze: true });
    const epoch = BigInt(monotonicEpochNs);
    const freezes = target.freezes.map(({ fromNs, toNs }) => ({ from: Number(fromNs - epoch), to: Number(toNs - epoch) }));
    const seen = [];
    const truth = [];
    const answered = freezes.map(() => []);
    for (let i = 0; i < times.length; i += 2) {
      const [intended, done] = [times[i], times[i + 1]];
      const nth = freezes.findIndex(({ from, to }) => intended >= from && intended < to);
      const freeze = freezes[nth];
      answered[nth]?.push(done - freeze.to);
      seen.push(done - intended);
      truth.push(freeze === undefined ? 0 : freeze.to - intended);
    }
    const rows = ['| quantile | measured, ms | truth, ms | measured / truth |', '| --- | --- | --- | --- |'];
    for (const share of [0.9, 0.99, 0.999]) {
      const [a, b] = [quantile(seen, share), quantile(truth, share)];
      rows.push(`| p${share * 100} | ${(a / 1e6).toFixed(2)} | ${(b / 1e6).toFixed(2)} | ${(a / b).toFixed(4)} |`);
    }
    const backlog = answered.flatMap((afterNs) => afterNs.sort((a, b) => a - b).map((ns, rank) => [rank + 1, ns / 1e3]));
    const { slope, intercept } = line(backlog);
    rows.push(
      '',
      `${seen.length} calls, ${freezes.length} freezes. The truth of a call is the rest of the freeze it was meant to start in, or nothing: the time that catching up takes comes on top.`,
      `Catching up, by least squares over ${backlog.length} calls: the n-th answer after a freeze is read ${intercept.toFixed(0)} us + n x ${slope.toFixed(1)} us after its end. The call at p90 is about the ${Math.round(backlog.length / freezes.length / 2)}th of its backlog: catching up, target and client together, is ${((intercept + (slope * backlog.length) / freezes.length / 2) / 1e3).toFixed(1)} ms of its time.`,
    );
    return rows.join('\n');
  } finally {
    await target.stop();
  }
}
