/** Closed loop, 64 connections: calls a second of one core, beside each peer in adjacent pairs. */
import { plimsoll } from '../contestants/index.mjs';
import { PEERS } from '../contestants/peers/index.mjs';
import { quiet } from '../machine.mjs';
import { median, medianInterval, withInterval } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';

const OURS = { loop: 'closed', sessions: 64, seconds: 2, keep: false };

/** Pairs of one peer and us, next to each other, who goes first taking turns. */
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
  const both = (pick, digits) =>
    [({ ours }) => ours, ({ theirs }) => theirs].map((of) => median(all.map((pair) => pick(of(pair)))).toFixed(digits));
  const perSecond = both((one) => one.perSecond, 0).join(' / ');
  const cpuUs = both((one) => one.cpuUs, 1).join(' / ');
  return `| ${name} | ${withInterval(ratio)} | ${withInterval(cpu)} | ${perSecond} | ${cpuUs} | ${all.length} |`;
}

export const PAIR_HEAD =
  '| beside | calls/s, ours / theirs | CPU per call, theirs / ours | calls/s | CPU us per call | pairs ' +
  '|\n| --- | --- | --- | --- | --- | --- |';

export const title = 'Closed loop, 64 sessions, one core';

export async function run({ pairs: count }) {
  const rows = [PAIR_HEAD];
  const absent = [];
  const target = await startTarget();
  try {
    for (const peer of PEERS) {
      if (!peer.installed()) {
        absent.push(`${peer.name} (${peer.install})`);
        continue;
      }
      const times = peer.pairs === 'all' ? count : Math.min(count, 3);
      const ours = (port) => plimsoll({ ...OURS, port });
      const theirs = (port) => peer.load({ port, sessions: 64, seconds: 2 });
      rows.push(pairRow(peer.name, await pairs(target, times, ours, theirs)));
    }
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
      const perSecond = median(seen.map((one) => one.perSecond)).toFixed(0);
      const cpuUs = median(seen.map((one) => one.cpuUs)).toFixed(1);
      rows.push('', `The same with answers as event streams: ${perSecond} calls/s, ${cpuUs} us CPU per call.`);
    } finally {
      await streaming.stop();
    }
  }
  if (absent.length > 0) rows.push('', `Skipped, because not installed: ${absent.join(', ')}.`);
  const names = (checks) => PEERS.filter(({ checksAnswers }) => checksAnswers === checks).map(({ name }) => name);
  rows.push(
    '',
    `${names(false).join(', ')} send fixed bytes and check nothing. Plimsoll makes each call, stamps, ` +
      'checks, classifies ' +
      `and records it; ${names(true).join(', ')} make and parse each call.`,
  );
  return rows.join('\n');
}
