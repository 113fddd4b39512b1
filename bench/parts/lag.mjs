/** Open loop: how late calls are sent, and what response time is read, beside a C client that spins. */
import { cClient, plimsoll } from '../contestants/index.mjs';
import { quiet } from '../machine.mjs';
import { median, medianInterval, told } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';

export const title = 'Open loop: schedule lag, spin pacing, 64 sessions, 4 s warm-up';

const us = (ns) => (ns / 1_000).toFixed(1);

export async function run({ pairs: count }) {
  const rows = ['| rate | lag p50 / p99 / p99.9, us | response p50 / p99, us | the C client\'s lag p99 / p99.9 and response p50, us | response p50, ours / C |', '| --- | --- | --- | --- | --- |'];
  const target = await startTarget();
  try {
    for (const ratePerSecond of [1_000, 5_000, 10_000, 20_000]) {
      const seen = [];
      for (let i = 0; i < Math.min(count, ratePerSecond === 10_000 ? 3 : 2); i++) {
        await quiet();
        const ours = await plimsoll({ port: target.port, loop: 'open', ratePerSecond, seconds: 2, warmupSeconds: 4, pacing: 'spin' });
        seen.push({ ours, c: await cClient(target.port, 'open', ratePerSecond, 2, 64) });
      }
      const mid = (pick) => us(median(seen.map(pick)));
      const c = seen[0].c === null ? 'no C compiler' : `${mid((s) => s.c.lagP99)} / ${mid((s) => s.c.lagP999)}; ${mid((s) => s.c.p50)}`;
      const ratio = seen[0].c === null ? '' : told(medianInterval(seen.map((s) => s.ours.responseNs.p50 / s.c.p50)));
      rows.push(`| ${ratePerSecond}/s | ${mid((s) => s.ours.lagNs.p50)} / ${mid((s) => s.ours.lagNs.p99)} / ${mid((s) => s.ours.lagNs.p999)} | ${mid((s) => s.ours.responseNs.p50)} / ${mid((s) => s.ours.responseNs.p99)} | ${c} | ${ratio} |`);
    }
  } finally {
    await target.stop();
  }
  return rows.join('\n');
}
