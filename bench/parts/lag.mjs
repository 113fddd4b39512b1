/** Open loop: how late calls are sent, and what response time is read, beside a C client that spins. */
import { cClient, plimsoll } from '../contestants/index.mjs';
import { GENERATOR_CORE, quiet } from '../machine.mjs';
import { median, medianInterval, withInterval } from '../statistics.mjs';
import { stolenMs } from '../steal.mjs';
import { startTarget } from '../target/target.mjs';

export const title = 'Open loop: schedule lag, spin pacing, 64 sessions, 3 s warm-up';

const SECONDS = 2;
/**
 * A lag of its 99th hundredth is the machine's own where the host took more than half a hundredth. Picked by the host's
 * account alone.
 */
const STOLEN_AT_MOST_MS = SECONDS * 1_000 * 0.005;
const ATTEMPTS = 8;

const us = (ns) => (ns / 1_000).toFixed(1);

/** One run of each, with what the host took from the generator's core meanwhile. */
async function attempt(port, ratePerSecond) {
  await quiet();
  const ours = await plimsoll({
    port,
    loop: 'open',
    ratePerSecond,
    seconds: SECONDS,
    warmupSeconds: 1,
    settleSeconds: 3,
    pacing: 'spin',
    stolenFrom: GENERATOR_CORE,
  });
  const beforeMs = stolenMs(GENERATOR_CORE);
  const c = await cClient(port, 'open', ratePerSecond, SECONDS, 64);
  return { ours, c, stolenMs: Math.max(ours.stolenMs, stolenMs(GENERATOR_CORE) - beforeMs) };
}

export async function run({ pairs: count }) {
  const rows = [
    "| rate | lag p50 / p99 / p99.9, us | response p50 / p99, us | the C client's lag p99 / p99.9 and " +
      'response p50, us | lag p99, ours / C | response p50, ours / C | core taken by the host / by others ' +
      'here | undisturbed |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
  const target = await startTarget();
  try {
    for (const ratePerSecond of [1_000, 5_000, 10_000, 20_000]) {
      const want = Math.min(count, 3);
      const all = [];
      const undisturbed = () => all.filter(({ stolenMs: ms }) => ms <= STOLEN_AT_MOST_MS);
      while (all.length < ATTEMPTS && undisturbed().length < want) {
        const one = await attempt(target.port, ratePerSecond);
        all.push(one);
        const { p50, p99, p999 } = one.ours.lagNs;
        process.stderr.write(
          `  ${ratePerSecond}/s: lag ${us(p50)} / ${us(p99)} / ${us(p999)} us, ` +
            `${((one.stolenMs / SECONDS / 1_000) * 100).toFixed(1)} % taken by the host\n`,
        );
      }
      const seen = undisturbed().length > 0 ? undisturbed() : all;
      const mid = (pick) => us(median(seen.map(pick)));
      const c =
        seen[0].c === null
          ? 'no C compiler'
          : `${mid((s) => s.c.lagP99)} / ${mid((s) => s.c.lagP999)}; ${mid((s) => s.c.p50)}`;
      const ratio = (pick) => (seen[0].c === null ? '' : withInterval(medianInterval(seen.map(pick))));
      const ratios =
        `${ratio((s) => s.ours.lagNs.p99 / s.c.lagP99)} | ` + `${ratio((s) => s.ours.responseNs.p50 / s.c.p50)}`;
      const percentOf = (pick) => `${((median(seen.map(pick)) / SECONDS / 1_000) * 100).toFixed(2)} %`;
      const taken =
        `${percentOf((s) => s.ours.stolenMs)} / ` +
        `${seen[0].ours.waitedMs === null ? 'not told' : percentOf((s) => s.ours.waitedMs)}`;
      const least = Math.min(...all.map(({ stolenMs: ms }) => ms));
      const which =
        undisturbed().length > 0
          ? `${undisturbed().length} of ${all.length}`
          : `none of ${all.length}: ${((least / SECONDS / 1_000) * 100).toFixed(1)} % taken at least`;
      rows.push(
        `| ${ratePerSecond}/s | ${mid((s) => s.ours.lagNs.p50)} / ${mid((s) => s.ours.lagNs.p99)} / ` +
          `${mid((s) => s.ours.lagNs.p999)} | ${mid((s) => s.ours.responseNs.p50)} / ` +
          `${mid((s) => s.ours.responseNs.p99)} | ${c} | ${ratios} | ${taken} | ${which} |`,
      );
    }
  } finally {
    await target.stop();
  }
  rows.push(
    '',
    `Undisturbed: the host took at most 0.5 % of the generator's core while either of the two was measured ` +
      `(steal, by the kernel's account, in steps of 10 ms). Only such runs count, where there are any; at ` +
      `most ${ATTEMPTS} are tried. Taken by others here: time in which the load thread could have run and ` +
      'another thread of this machine, compilers and collectors of its own process included, had the core.',
  );
  return rows.join('\n');
}
