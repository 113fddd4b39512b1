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
    const { times, monotonicEpochNs } = await plimsoll({
      port: target.port,
      loop: 'open',
      ratePerSecond: 500,
      seconds: 10,
      sessions: 1_000,
      times: true,
      freeze: true,
    });
    const epoch = BigInt(monotonicEpochNs);
    const freezes = target.freezes.map(({ fromNs, toNs, answeredNs }) => ({
      from: Number(fromNs - epoch),
      to: Number(toNs - epoch),
      answeredNs,
    }));
    const calls = [];
    for (let i = 0; i < times.length; i += 2) {
      const [intended, done] = [times[i], times[i + 1]];
      calls.push({ intended, done, freeze: freezes.find(({ from, to }) => intended >= from && intended < to) });
    }
    // The n-th answer that was read is the n-th that left: what both sides do to a backlog, they do in order.
    const catchingUp = { target: [], client: [] };
    for (const freeze of freezes) {
      const backlog = calls.filter((call) => call.freeze === freeze).sort((a, b) => a.done - b.done);
      for (const [n, call] of backlog.entries()) {
        call.left = freeze.to + freeze.answeredNs[n];
        catchingUp.target.push([n + 1, freeze.answeredNs[n] / 1e3]);
        catchingUp.client.push([n + 1, (call.done - call.left) / 1e3]);
      }
    }
    const seen = calls.map(({ intended, done }) => done - intended);
    const ended = calls.map(({ intended, freeze }) => (freeze === undefined ? 0 : freeze.to - intended));
    const left = calls.map(({ intended, freeze, left: at }) => (freeze === undefined ? 0 : at - intended));
    const rows = [
      '| quantile | measured, ms | the answer left, ms | measured / left | the freeze ended, ms | measured / ended |',
      '| --- | --- | --- | --- | --- | --- |',
    ];
    for (const share of [0.9, 0.99, 0.999]) {
      const [a, b, c] = [quantile(seen, share), quantile(left, share), quantile(ended, share)];
      const ms = (ns) => (ns / 1e6).toFixed(2);
      rows.push(`| p${share * 100} | ${ms(a)} | ${ms(b)} | ${(a / b).toFixed(4)} | ${ms(c)} | ${(a / c).toFixed(4)} |`);
    }
    const fitted = (points) => {
      const { slope, intercept } = line(points);
      return `${intercept.toFixed(0)} us + n x ${slope.toFixed(1)} us`;
    };
    rows.push(
      '',
      `${calls.length} calls, ${freezes.length} freezes. "The answer left": from the intended start of a ` +
        'call to the moment at which the target, by its own account, sent its answer; what is more in ours ' +
        `is the client's. "The freeze ended": the rest of the freeze that a call was meant to start in; the ` +
        'target catches up after that, one call after the other. Calls outside of freezes count as nothing ' +
        'in both.',
      `Catching up, by least squares over ${catchingUp.target.length} calls: the n-th answer leaves ` +
        `${fitted(catchingUp.target)} after the end of its freeze, and is read ${fitted(catchingUp.client)} ` +
        'after that.',
    );
    return rows.join('\n');
  } finally {
    await target.stop();
  }
}
