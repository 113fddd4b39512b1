/**
 * Three shards on one machine, one of which is shown another clock (libfaketime): an hour ahead, and gaining 50 parts
 * per million. What is found of that clock is within what is said to be open, and the server's own clock agrees with
 * the times of the merged run.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { EXPORTS } from '../../src/export/index.js';
import { readRecord, shardOfCall, type ClockReading } from '../../src/record/index.js';
import { finished, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { GROUP, startShards } from '../scale-out/shards.js';
import { startMockChild } from '../truth/mock-child.js';
import { FULL } from '../whole-runs.js';
import { freePort } from './ports.js';
import { FAKETIME, suite } from './tools.js';

const { skip, title } = suite('a shard whose clock is another one', FAKETIME);

const OF = 3;
const ODD = 2;
const AHEAD_S = 3_600;
const GAINS_PPM = 50;
const SECONDS = FULL ? 100 : 5;

/** By how much a line through some readings may be too steep, when each of them is off by all that it leaves open. */
function driftErrorPpm(readings: readonly ClockReading[]): number {
  const weightOf = ({ uncertaintyNs }: ClockReading): number => 1 / uncertaintyNs ** 2;
  const sum = (of: (reading: ClockReading) => number): number =>
    readings.reduce((total, reading) => total + of(reading) * weightOf(reading), 0);
  const meanAtNs = sum(({ atNs }) => atNs) / sum(() => 1);
  const errors = sum(({ atNs, uncertaintyNs }) => Math.abs(atNs - meanAtNs) * uncertaintyNs);
  return (errors / sum(({ atNs }) => (atNs - meanAtNs) ** 2)) * 1e6;
}

const scenario = (url: string): string => `version: 1
name: clocks
default-gates: false
stack: { target: { url: "${url}" } }
protocol: { sessions: 6 }
calls: [{ tool: search, arguments: { query: hull }, expect: derived, deadline: 5s }]
phases:
  - { name: one, regime: steady, rate: 60/s, for: ${SECONDS}s, warmup: 0s }
  - { name: two, regime: steady, rate: 60/s, for: 2s, warmup: 0s }
`;

describe.skipIf(skip)(title, () => {
  it('is known within the uncertainty that is stated, and the merged times are right', async () => {
    const mock = await startMockChild({ seed: 3, workers: 8 });
    try {
      const folder = scratchFolder();
      const odd = { LD_PRELOAD: FAKETIME.path, FAKETIME: `+${AHEAD_S}s x${1 + GAINS_PPM / 1e6}` };
      const shards = await Promise.all(
        startShards({
          ...{ scenario: scenarioFile(scenario(mock.url)), of: OF, folder },
          rendezvous: `http://127.0.0.1:${await freePort()}`,
          environment: (index) => ({
            PLIMSOLL_SHARD_TOKEN: 'a token that nobody knows',
            ...(index === ODD ? odd : {}),
          }),
        }).map((shard) => finished(shard)),
      );
      expect(
        shards.map(({ exitCode, leftBehind }) => [exitCode, leftBehind]),
        shards.map(({ stderr }) => stderr).join('\n'),
      ).toEqual(Array(OF).fill([0, []]));
      const flags = ['--out', folder, '--name', 'merged'];
      const { stderr } = await plimsoll(['merge', join(folder, 'shards', GROUP), ...flags]);
      const record = await readRecord(join(folder, 'merged'));
      const summary = JSON.parse(readFileSync(join(record.dir, EXPORTS.summary.file), 'utf8')) as Summary;
      // The stamps of the mock are of the true clock, which a process of another one can't tell: that is noticed.
      expect(
        summary.validity.reasons.filter(({ severity }) => severity === 'invalid').map(({ code }) => code),
        stderr,
      ).toEqual(['clock-problem', 'clock-problem']);

      const found = record.shards?.shards[ODD];
      const [before, ...later] = found?.clock ?? [];
      if (found === undefined || before === undefined) throw new Error('there is no shard, or no reading of its clock');
      expect(later.map(({ when }) => when)).toEqual(['start', 'start', 'after']);
      for (const { atNs, offsetNs, uncertaintyNs } of later) {
        const trueNs = (-GAINS_PPM / 1e6) * (atNs - before.atNs);
        expect(Math.abs(offsetNs - trueNs)).toBeLessThanOrEqual(uncertaintyNs + before.uncertaintyNs + 1_000);
      }
      const [last = before] = later.slice(-1);
      const gainedNs = (GAINS_PPM / 1e6) * (last.atNs - before.atNs);
      // Less than twice what the readings leave open may be none.
      if (gainedNs > 2 * (before.uncertaintyNs + last.uncertaintyNs)) expect(found.driftPpm).not.toBeNull();
      if (found.driftPpm !== null)
        expect(Math.abs(found.driftPpm - GAINS_PPM)).toBeLessThanOrEqual(1 + driftErrorPpm(found.clock));

      const received = new Map(
        (await mock.truth()).map(({ call, receivedNs }) => [
          Number(call),
          Number(BigInt(receivedNs) - BigInt(record.header.monotonicEpochNs)),
        ]),
      );
      const { samples } = record;
      let compared = 0;
      const wrong: number[] = [];
      for (let row = 0; row < samples.length; row++) {
        const callId = samples.callId[row] ?? NaN;
        const atNs = received.get(callId);
        if (shardOfCall(callId) !== ODD || atNs === undefined) continue;
        compared++;
        const isWithin =
          (samples.sentNs[row] ?? NaN) - found.uncertaintyNs <= atNs &&
          atNs <= (samples.doneNs[row] ?? NaN) + found.uncertaintyNs;
        if (!isWithin) wrong.push(callId);
      }
      expect(compared).toBe(((SECONDS + 2) * 60) / OF);
      expect(wrong).toEqual([]);
      // The uncertainty is one to speak of: far less than the hour, and than the tenth of a window that is allowed.
      expect(found.uncertaintyNs).toBeLessThan(20e6);
    } finally {
      await mock.stop();
    }
  }, 300_000);
});
