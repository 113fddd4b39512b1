/**
 * CPU time of a call without sessions (2026-07-28) beside one with them (2025-11-25), in adjacent pairs: every request
 * of the former says by itself who sends it. With PLIMSOLL_BEFORE, the `dist` of an earlier version: the calls with
 * sessions of both versions as well.
 */
import { env } from 'node:process';
import { plimsoll } from '../contestants/index.mjs';
import { quiet } from '../machine.mjs';
import { median, medianInterval, withInterval } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';

export const title = 'With and without sessions';

const OURS = { loop: 'closed', sessions: 64, seconds: 2, keep: false };
/** What the latter may cost more. */
const MOST = 1.15;

/** Two things measured next to each other, who goes first taking turns. */
async function inTurns(count, one, other) {
  const seen = [];
  for (let i = 0; i < count; i++) {
    await quiet();
    const first = i % 2 === 0 ? await one() : null;
    const second = await other();
    seen.push({ one: first ?? (await one()), other: second });
  }
  return seen;
}

function row(name, seen, most) {
  const ratio = medianInterval(seen.map(({ one, other }) => one.cpuUs / other.cpuUs));
  const verdict = ratio.median <= most ? 'within' : 'beyond';
  const cpuUs = [({ one }) => one, ({ other }) => other].map((of) =>
    median(seen.map((pair) => of(pair).cpuUs)).toFixed(1),
  );
  return `| ${name} | ${cpuUs.join(' / ')} | ${withInterval(ratio)} | ${verdict} ${most} | ${seen.length} |`;
}

export async function run({ pairs: count }) {
  const rows = ['| CPU us a call | both | ratio | limit | pairs |', '| --- | --- | --- | --- | --- |'];
  for (const sse of [false, true]) {
    const target = await startTarget({ sse });
    if (target === null || target.name !== 'C') {
      await target?.stop();
      return 'Skipped: the target without sessions needs a C compiler.';
    }
    try {
      const { port } = target;
      const answers = sse ? 'answers as event streams' : 'answers as JSON';
      const stateless = () => plimsoll({ ...OURS, port, revision: '2026-07-28' });
      const session = () => plimsoll({ ...OURS, port });
      rows.push(row(`2026-07-28 / 2025-11-25, ${answers}`, await inTurns(count, stateless, session), MOST));
      if (env['PLIMSOLL_BEFORE'] === undefined) continue;
      const how = { under: ['env', `PLIMSOLL_DIST=${env['PLIMSOLL_BEFORE']}`] };
      const before = () => plimsoll({ ...OURS, port }, how);
      rows.push(row(`2025-11-25 now / before, ${answers}`, await inTurns(count, session, before), 1.05));
    } finally {
      await target.stop();
    }
  }
  return rows.join('\n');
}
