/** Preloaded into every thread of a process: a worker thread says on stderr how often it collected garbage in one and a half seconds of its life. */
const { isMainThread } = require('node:worker_threads');
const { GCProfiler } = require('node:v8');
const process = require('node:process');
const { setTimeout } = require('node:timers');

const WARM_MS = 1_000;
const WATCHED_MS = 1_500;

if (!isMainThread) {
  const profiler = new GCProfiler();
  setTimeout(() => {
    profiler.start();
    setTimeout(() => process.stderr.write(`collections: ${profiler.stop()?.statistics.length}\n`), WATCHED_MS).unref();
  }, WARM_MS).unref();
}
