/** Ourselves as the bench runs us, and the C client that is the reference of what a client can reach. */
import { fileURLToPath } from 'node:url';
import { GENERATOR_CORE, compiled, pinned, run } from '../machine.mjs';
import { script } from './script.mjs';

export const plimsoll = (options, how) =>
  script(
    'plimsoll-child.mjs',
    options,
    ((options.seconds ?? 2) + (options.warmupSeconds ?? 1) + (options.settleSeconds ?? 0)) * 2_000 + 60_000,
    how,
  );
/** Sealing a record and all that follows, of `samples` attempts in `folder`. */
export const sealing = (options) => script('seal-child.mjs', options, 300_000);
/** The records of shards `from` to `to` of `of`, with `samples` attempts each, in `folder`. Not pinned. */
export const shardRecords = (options) => unpinned('shard-child.mjs', options, 300_000);
/** Drawing the plan as one shard of `of`. */
export const drawingPlan = (options) => script('plan-child.mjs', options, 120_000);
/** `of` shards that meet. */
export const meeting = (options) => script('meet-child.mjs', options, 600_000);
/** All shards in `folder` as one record in `out`. */
export const merging = (options) => script('merge-child.mjs', options, 300_000);

/** One run of ours, its live page read or not: CPU time of the load threads for each call. */
export async function watchedRun(options) {
  // Not pinned: the target that it starts would share its core.
  return unpinned('live-child.mjs', options, options.seconds * 1_000 + 60_000);
}

/** A Node.js script of this folder wherever there is room; its last line is JSON. */
async function unpinned(name, options, timeoutMs) {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const out = await run(process.execPath, [path, JSON.stringify(options)], timeoutMs);
  return JSON.parse(out.trim().split('\n').at(-1));
}

let reference;
/** The C client of `bench/target/`; null without a compiler. Arguments as in `client.c`. */
export const cClient = (port, ...args) => cClientUnder([], port, ...args);

/** The same, run by another command. */
export async function cClientUnder(under, port, ...args) {
  reference ??= compiled('client');
  if (reference === null) return null;
  const [first, ...rest] = [...under, reference, ...[port, ...args].map(String)];
  const [command, all] = pinned(GENERATOR_CORE, first, rest);
  return JSON.parse((await run(command, all)).trim().split('\n').at(-1));
}
