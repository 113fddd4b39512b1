/**
 * What keeping a sample costs: encoding and handing over, counting, the lag histogram; beside the CPU time of a whole
 * call.
 */
import { plimsoll } from '../contestants/index.mjs';
import { blankSample } from '../contestants/simulated-record.mjs';
import { quiet } from '../machine.mjs';
import { median } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';

export const title = 'Recording';

const ROUNDS = 40;
const CALLS = 20_000;

/** Nanoseconds a call for `each`, the quickest of many rounds: the one least disturbed. */
function nsACall(each) {
  let quickest = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const began = process.hrtime.bigint();
    for (let i = 0; i < CALLS; i++) each(i);
    quickest = Math.min(quickest, Number(process.hrtime.bigint() - began) / CALLS);
  }
  return quickest;
}

export async function run() {
  const { SpoolEncoder, SAMPLE_FLAGS, outcomeCode } = await import('../../dist/src/record/index.js');
  const { Counters } = await import('../../dist/src/load/engine/index.js');
  const { LagHistogram } = await import('../../dist/src/load/health.js');
  const counters = new Counters(new SharedArrayBuffer(Counters.bytes));
  const lag = new LagHistogram();
  const spool = new SpoolEncoder(() => undefined);
  const sample = { ...blankSample(), outcome: outcomeCode('ok'), flags: SAMPLE_FLAGS.final };
  const keep = (i) => {
    sample.callId = i;
    sample.session = i % 64;
    sample.intendedNs = i * 12_345;
    sample.admittedNs = sample.intendedNs;
    sample.sentNs = sample.intendedNs + 1_234 + (i % 77);
    sample.firstByteNs = sample.sentNs + 61_234 + (i % 5_555);
    sample.doneNs = sample.firstByteNs;
    spool.append(sample);
  };
  const count = (i) => {
    counters.addOffered();
    counters.addSent();
    counters.addCompleted(true);
    counters.setInFlight(i % 64);
    lag.add(1_234 + (i % 77));
  };
  await quiet();
  const [kept, countedNs] = [nsACall(keep), nsACall(count)];
  const target = await startTarget();
  try {
    const seen = [];
    for (let i = 0; i < 3; i++)
      seen.push(await plimsoll({ port: target.port, loop: 'closed', sessions: 64, seconds: 2, keep: false }));
    const cpuUs = median(seen.map((one) => one.cpuUs));
    return [
      '| a call | |',
      '| --- | --- |',
      `| encoding and handing over the sample | ${kept.toFixed(0)} ns |`,
      `| counting and the lag histogram | ${countedNs.toFixed(0)} ns |`,
      `| share of the CPU time of a call (${cpuUs.toFixed(1)} us) | ` +
        `${((kept + countedNs) / cpuUs / 10).toFixed(2)} % |`,
      `| bytes in the spool | ${median(seen.map((one) => one.spoolBytes)).toFixed(1)} |`,
    ].join('\n');
  } finally {
    await target.stop();
  }
}
