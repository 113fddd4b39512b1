/** Closed loop, 64 connections: calls a second of one core, beside each contestant in adjacent pairs. */
import { autocannon, hey, k6, plimsoll, sdk, wrk } from '../contestants/index.mjs';
import { quiet } from '../machine.mjs';
import { median, medianInterval, told } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';

const OURS = { loop: 'closed', sessions: 64, seconds: 2, keep: false };

/** Pairs of one contestant and us, next to each other, who goes first taking turns. */
export async function pairs(target, count, ours, theirs) {
  const all = [];
  for (let i = 0; i < count; i++) {
    await quiet();
    const first = i % 2 === 0 ? await ours(target.port) : null;
    const other = await theirs(target.port);
    all.push({ ours: first ?? (await ours(target.port)), theirs: other });
  }
  return all;
}

/** One row of a table of pairs. */
export function pairRow(name, all) {
  const ratio = medianInterval(all.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond));
  const cpu = medianInterval(all.map(({ ours, theirs }) => theirs.cpuUs / ours.cpuUs));
  const mid = (pick) => median(all.map(pick));
  return `| ${name} | ${told(ratio)} | ${told(cpu)} | ${mid(({ ours }) => ours.perSecond).toFixed(0)} / ${mid(({ theirs }) => theirs.perSecond).toFixed(0)} | ${mid(({ ours }) => ours.cpuUs).toFixed(1)} / ${mid(({ theirs }) => theirs.cpuUs).toFixed(1)} | ${all.length} |`;
}

export const PAIR_HEAD =
  '| beside | calls/s, ours / theirs | CPU a call, theirs / ours | calls/s | CPU us a call | pairs |\n| --- | --- | --- | --- | --- | --- |';

export const title = 'Closed loop, 64 sessions, one core';

export async function run({ pairs: count }) {
  const rows = [PAIR_HEAD];
  const absent = [];
  const target = await startTarget();
  try {
    for (const [name, contestant, times] of [
      ['wrk', wrk, count],
      ['autocannon 9', autocannon, count],
      ['hey', hey, count],
      ['k6 (plain HTTP)', k6, Math.min(count, 3)],
    ]) {
      if (contestant === null) absent.push(name);
      else
        rows.push(
          pairRow(
            name,
            await pairs(
              target,
              times,
              (port) => plimsoll({ ...OURS, port }),
              (port) => contestant({ port, sessions: 64, seconds: 2 }),
            ),
          ),
        );
    }
    rows.push(
      pairRow(
        'the official SDK client',
        await pairs(
          target,
          Math.min(count, 3),
          (port) => plimsoll({ ...OURS, port }),
          (port) => sdk({ port, sessions: 64, seconds: 2 }),
        ),
      ),
    );
  } finally {
    await target.stop();
  }
  const streaming = await startTarget({ sse: true });
  if (streaming !== null) {
    try {
      const seen = [];
      for (let i = 0; i < 3; i++) {
        await quiet();
        seen.push(await plimsoll({ ...OURS, port: streaming.port }));
      }
      rows.push(
        '',
        `The same with answers as event streams: ${median(seen.map(({ perSecond }) => perSecond)).toFixed(0)} calls/s, ${median(seen.map(({ cpuUs }) => cpuUs)).toFixed(1)} us CPU a call.`,
      );
    } finally {
      await streaming.stop();
    }
  }
  if (absent.length > 0) rows.push('', `Not installed here, so not measured: ${absent.join(', ')}.`);
  rows.push(
    '',
    'wrk, autocannon, hey and k6 send fixed bytes and look at nothing. Plimsoll makes each call, stamps, checks, classes and records it; the SDK client makes and checks it.',
  );
  return rows.join('\n');
}
