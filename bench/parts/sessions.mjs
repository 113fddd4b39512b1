/** Many sessions: beside wrk, memory a session, and what a call costs from ten sessions to ten thousand. */
import { plimsoll } from '../contestants/index.mjs';
import { wrk } from '../contestants/peers/index.mjs';
import { quiet } from '../machine.mjs';
import { median } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';
import { PAIR_HEAD, pairRow, pairs } from './closed.mjs';

const MANY = 5_000;
const FEW = 500;

export const title = '5 000 sessions';

export async function run({ pairs: count }) {
  const rows = [];
  const target = await startTarget();
  try {
    const ours = (sessions) => (port) => plimsoll({ port, loop: 'closed', sessions, seconds: 2, keep: false });
    if (wrk.installed()) {
      const seen = await pairs(target, Math.min(count, 5), ours(MANY), (port) =>
        wrk.load({ port, sessions: MANY, seconds: 2 }),
      );
      rows.push(PAIR_HEAD, pairRow(`wrk, ${MANY} connections`, seen), '');
    }
    const costs = [];
    const rss = new Map();
    for (const sessions of [10, FEW, MANY, 10_000]) {
      const seen = [];
      for (let i = 0; i < 2; i++) {
        await quiet();
        seen.push(await ours(sessions)(target.port));
      }
      rss.set(sessions, median(seen.map(({ rssEnd }) => rssEnd)));
      costs.push(
        `| ${sessions} | ${median(seen.map(({ perSecond }) => perSecond)).toFixed(0)} | ` +
          `${median(seen.map(({ cpuUs }) => cpuUs)).toFixed(1)} | ` +
          `${median(seen.map(({ userUs }) => userUs)).toFixed(1)} |`,
      );
    }
    rows.push(
      '| sessions | calls/s | CPU us a call | of it our own (user) |',
      '| --- | --- | --- | --- |',
      ...costs,
      '',
    );
    rows.push(
      `Memory: ${((rss.get(MANY) - rss.get(FEW)) / (MANY - FEW) / 1024).toFixed(1)} kB RSS a session under ` +
        `load (the slope from ${FEW} to ${MANY}).`,
    );
  } finally {
    await target.stop();
  }
  return rows.join('\n');
}
