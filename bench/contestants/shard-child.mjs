/**
 * Shards `from` to `to` (exclusive) of a run that was made by `of` shards together: their sealed records in `folder`,
 * as `plimsoll run --shard` would leave them, with `samples` attempts each. With `moved` the clocks of all shards but
 * the first are behind by 3 ms.
 *
 * Takes its options as JSON in the first argument; prints the folders of the records as one line of JSON.
 */
import { setImmediate } from 'node:timers';
import { MS, S, blankSample, dist, endRun, headerOf } from './simulated-record.mjs';

const { samples, folder, from, to, of, moved } = JSON.parse(process.argv[2] ?? '{}');
const { CALLS_PER_SHARD, SAMPLE_FLAGS, SpoolEncoder, createRecord, errorClassCode, outcomeCode } = await import(
  `${dist}/src/record/index.js`
);
const { seededRandom } = await import(`${dist}/src/random/index.js`);

/** Of one shard: the more samples, the longer the run. */
const RATE_PER_SECOND = 5_000;
const seconds = Math.ceil(samples / RATE_PER_SECOND);

/** The samples of one shard. */
async function spooled(record, index) {
  const random = seededRandom(1 + index, 'bench');
  const spool = new SpoolEncoder((chunk) => record.spool(chunk));
  const sample = {
    ...blankSample(),
    outcome: outcomeCode('ok'),
    errorClass: errorClassCode('none'),
    flags: SAMPLE_FLAGS.reusedConnection | SAMPLE_FLAGS.final,
  };
  for (let k = 0; k < samples; k++) {
    sample.callId = index * CALLS_PER_SHARD + k;
    sample.session = index + of * random.below(16);
    sample.intendedNs = S + Math.round(((k * of + index) * S) / (RATE_PER_SECOND * of));
    sample.admittedNs = sample.intendedNs;
    sample.sentNs = sample.intendedNs + 20_000 + random.below(60_000);
    sample.receivedNs = sample.sentNs + 80_000 + random.below(40_000);
    sample.startedNs = sample.receivedNs + random.below(200_000);
    sample.finishedNs = sample.startedNs + MS;
    sample.firstByteNs = sample.finishedNs + 90_000 + random.below(2 * MS);
    sample.doneNs = sample.firstByteNs + random.below(9_000);
    sample.bytesOut = 400 + random.below(40);
    sample.bytesIn = 250 + random.below(100);
    spool.append(sample);
    // The spool is written while the run goes on: the disk gets its turn.
    if (k % 100_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  spool.flush();
}

async function shardRecord(index) {
  const record = createRecord({
    parentFolder: folder,
    folder: `shard-${index}`,
    header: headerOf(`shard${index}`, 'merge', 'd'.repeat(64)),
    resolvedScenario: 'version: 1\n',
    tables: { phases: ['steady'], calls: ['search'], operations: ['tools/call'], tools: ['search'], deadlinesNs: [S] },
    redact: (clean) => clean,
  });
  await spooled(record, index);
  const endNs = S + seconds * S;
  record.event({ type: 'run', atNs: 0, edge: 'start' });
  record.event({ type: 'phase', atNs: S, phase: 0, name: 'steady', edge: 'start' });
  endRun(record, { phase: 0, name: 'steady', atNs: endNs }, seconds);
  const behindNs = moved && index > 0 ? 3 * MS : 0;
  const reading = (when, atNs) => ({
    ...{ when, atNs, offsetNs: when === 'before' ? 0 : behindNs, uncertaintyNs: 9_000, roundTripNs: 18_000 },
    exchanges: 20,
  });
  record.shard({
    schema: 'plimsoll/shard-v1',
    ...{ index, of, group: 'bench', host: `host${index}`, machine: `machine${index}` },
    clock: index === 0 ? [] : [reading('before', 0), reading('start', S / 2), reading('after', endNs)],
    starts: [{ phase: 0, plannedNs: S, startNs: S - behindNs }],
  });
  await record.writeEnvelope({});
  await record.finishSamples();
  await record.seal('complete');
  return record.dir;
}

const dirs = [];
for (let index = from; index < to; index++) dirs.push(await shardRecord(index));
console.log(JSON.stringify({ dirs }));
