/**
 * The floor: one call in flight, spinning, beside wrk on a target that sleeps and beside a C client on one that spins.
 */
import { cClient, plimsoll } from '../contestants/index.mjs';
import { wrk } from '../contestants/peers/index.mjs';
import { quiet } from '../machine.mjs';
import { medianInterval, withInterval } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';

export const title = 'Floor: one call in flight';

const ours = (port) =>
  plimsoll({ port, loop: 'closed', sessions: 1, seconds: 1.5, warmupSeconds: 1.5, pacing: 'spin' });
const us = (ns) => ns / 1_000;

export async function run({ pairs: count }) {
  const rows = ['| p50, us | ours | theirs | |', '| --- | --- | --- | --- |'];
  for (const spin of [false, true]) {
    const target = await startTarget({ spin });
    if (target === null) return 'Needs a C compiler: nothing else here can tell a floor of microseconds.';
    try {
      const seen = { wrk: [], C: [] };
      for (let i = 0; i < count; i++) {
        await quiet();
        const mine = us((await ours(target.port)).responseNs.p50);
        const c = await cClient(target.port, 'floor', 20_000);
        if (c !== null) seen.C.push([mine, us(c.p50)]);
        if (wrk.installed() && !spin)
          seen.wrk.push([
            us((await ours(target.port)).responseNs.p50),
            us((await wrk.load({ port: target.port, sessions: 1, seconds: 1 })).p50Ns),
          ]);
      }
      for (const [name, pairsSeen] of Object.entries(seen)) {
        if (pairsSeen.length === 0) continue;
        const one = (pick) => withInterval(medianInterval(pairsSeen.map(pick)), 1);
        rows.push(
          `| ${name === 'C' ? 'the spinning C client' : 'wrk'}, target ${spin ? 'spins' : 'sleeps'} | ` +
            `${one(([a]) => a)} | ${one(([, b]) => b)} | ratio ` +
            `${withInterval(medianInterval(pairsSeen.map(([a, b]) => a / b)))}, difference ` +
            `${one(([a, b]) => a - b)} |`,
        );
      }
    } finally {
      await target.stop();
    }
  }
  rows.push('', 'The C client reads one answer and looks at twelve bytes of it; ours parses, checks and records.');
  return rows.join('\n');
}
