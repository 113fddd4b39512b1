/**
 * Preloaded into every thread of a process that runs with `--expose-gc`: each collects its garbage every so many
 * seconds, so that what is left is what is held. Where PLIMSOLL_HELD names a file, each thread writes there its id,
 * monotonic seconds, and bytes of heap.
 */
const { appendFileSync } = require('node:fs');
const process = require('node:process');
const { setInterval } = require('node:timers');
const { threadId } = require('node:worker_threads');

const EVERY_MS = 5_000;
const file = process.env.PLIMSOLL_HELD;

setInterval(() => {
  globalThis.gc();
  if (file !== undefined)
    appendFileSync(file, `${threadId} ${process.hrtime()[0]} ${process.memoryUsage().heapUsed}\n`);
}, EVERY_MS).unref();
