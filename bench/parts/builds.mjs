/**
 * This build beside another one of the project (`--against FOLDER`, a work tree that is built): the hot path, and what
 * a short run costs, in adjacent pairs.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { plimsoll } from '../contestants/index.mjs';
import { quiet } from '../machine.mjs';
import { median, medianInterval, withInterval } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';
import { PAIR_HEAD, pairRow, pairs } from './closed.mjs';
import { COMMAND, inFolder, once } from './short-run.mjs';

export const title = 'This build beside another one';

const CLOSED = { loop: 'closed', sessions: 64, seconds: 2, keep: false };
/** Where several threads share the load, each draws all calls and keeps its own. */
const SHARED = { loop: 'open', sessions: 64, seconds: 2, keep: false, ratePerSecond: 5_000, workers: 2 };

/** A row for each way to load a target, by both builds. */
async function hotPath(count, dist, how, options) {
  const target = await startTarget(how);
  if (target === null) return [];
  try {
    const rows = [];
    for (const [name, load] of options)
      rows.push(
        pairRow(
          name,
          await pairs(
            target,
            count,
            (port) => plimsoll({ ...load, port }),
            (port) => plimsoll({ ...load, port, dist }),
          ),
        ),
      );
    return rows;
  } finally {
    await target.stop();
  }
}

/** Rows of what short runs cost, by both builds. */
async function shortRuns(count, command) {
  const seen = [];
  await inFolder(async (folder) => {
    for (let i = 0; i < count; i++) {
      await quiet();
      const first = i % 2 === 0 ? await once(folder, COMMAND) : null;
      const theirs = await once(folder, command);
      seen.push({ ours: first ?? (await once(folder, COMMAND)), theirs });
    }
  });
  return [
    ['CPU, all processes', 'cpuS'],
    ['CPU, without the mock', 'withoutMockS'],
    ['by the clock, beyond the phase', 'beyondS'],
  ].map(([name, of]) => {
    const ratio = medianInterval(seen.map(({ ours, theirs }) => ours[of] / theirs[of]));
    const saved = medianInterval(seen.map(({ ours, theirs }) => theirs[of] - ours[of]));
    const both = ['ours', 'theirs'].map((whose) => median(seen.map((pair) => pair[whose][of])).toFixed(2)).join(' / ');
    return `| ${name} | ${withInterval(ratio)} | ${withInterval(saved)} | ${both} | ${seen.length} |`;
  });
}

export async function run({ pairs: count, against }) {
  const dist = resolve(against, 'dist');
  const command = join(dist, 'bin/plimsoll.js');
  if (!existsSync(command)) throw new Error(`${against} has no dist/bin/plimsoll.js: npm run build there first`);
  return [
    PAIR_HEAD,
    ...(await hotPath(count, dist, {}, [
      ['the other build, closed loop', CLOSED],
      ['the other build, 5 000/s of two threads', SHARED],
    ])),
    ...(await hotPath(count, dist, { sse: true }, [['the other build, closed loop, event streams', CLOSED]])),
    '',
    '| 5 s at 100/s | ours / theirs | saved, s | seconds | pairs |',
    '| --- | --- | --- | --- | --- |',
    ...(await shortRuns(count, command)),
  ].join('\n');
}
