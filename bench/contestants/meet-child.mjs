/**
 * `of` shards that meet over HTTP, start a phase together, and end: shard 0 in this process, all others in one more,
 * so that their waiting for one another is in what is measured. All clocks are the same one: what is found of them is
 * the error.
 *
 * Takes its options as JSON in the first argument; prints the times of the steps and the errors as one line of JSON.
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';

const { of, port, epoch } = JSON.parse(process.argv[2] ?? '{}');
const dist = pathToFileURL(process.env['PLIMSOLL_DIST'] ?? new URL('../../dist', import.meta.url).pathname).href;
const { boardOf, joinShards } = await import(`${dist}/src/shards/index.js`);

const WITHIN_MS = 300_000;
const GROUP = 'bench';

async function join(index, at) {
  const shard = { index, of, rendezvous: `http://127.0.0.1:${at}`, group: GROUP };
  return joinShards({
    shard,
    board: await boardOf(shard, { PLIMSOLL_SHARD_TOKEN: 'a token of sixteen characters' }),
    ...{ scenarioDigest: 'd', plimsollVersion: '1', withinMs: WITHIN_MS },
    abort: new globalThis.AbortController().signal,
    step: () => undefined,
  });
}

/** Runs the steps with the shards of this process; `next` is called before each, with its name. */
async function steps(indices, at, next) {
  await next('join');
  const shards = await Promise.all(indices.map((index) => join(index, at)));
  await next('start');
  await Promise.all(shards.map((shard) => shard.begin(0, 50e6)));
  await next('end');
  await Promise.all(shards.map((shard) => shard.end()));
  await next('leave');
  await Promise.all(shards.map((shard) => shard.leave()));
  return shards;
}

if (port !== undefined) {
  // The others. Both processes go from step to step together.
  const next = (name) =>
    new Promise((resolve) => {
      process.once('message', resolve);
      process.send(name);
    });
  const shards = await steps(
    Array.from({ length: of - 1 }, (_, k) => k + 1),
    port,
    next,
  );
  const found = shards.map((shard) => {
    const [before, start] = shard.file().clock;
    return {
      errorNs: Math.abs(Number(BigInt(shard.epoch.monotonicNs) - BigInt(epoch))),
      uncertaintyNs: Math.max(before.uncertaintyNs, start.uncertaintyNs),
    };
  });
  process.send({ found });
  process.disconnect();
} else {
  const server = createServer();
  const free = await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
  await new Promise((resolve) => server.close(resolve));
  const options = JSON.stringify({ of, port: free, epoch: '0' });
  const others = fork(fileURLToPath(import.meta.url), [options], { stdio: 'inherit' });
  let found = null;
  const waiting = [];
  const came = [];
  others.on('message', (message) => {
    if (typeof message === 'object') found = message.found;
    else if (waiting.length > 0) waiting.shift()(message);
    else came.push(message);
  });
  const times = [];
  const next = async (name) => {
    if (came.length > 0) came.shift();
    else await new Promise((resolve) => waiting.push(resolve));
    times.push({ name, atMs: performance.now() });
    others.send('go');
  };
  const [first] = await steps([0], free, next);
  await new Promise((resolve) => others.once('exit', resolve));
  const own = BigInt(first.epoch.monotonicNs);
  const ms = Object.fromEntries(times.slice(1).map(({ atMs }, k) => [times[k].name, Math.round(atMs - times[k].atMs)]));
  const errorsNs = found.map(({ errorNs }) => Math.abs(errorNs - Number(own)));
  console.log(
    JSON.stringify({
      ms,
      errorMaxNs: Math.max(...errorsNs),
      uncertaintyMaxNs: Math.max(...found.map(({ uncertaintyNs }) => uncertaintyNs)),
    }),
  );
}
