/**
 * Preloaded into every thread of a process: a worker thread reports on stdout the bytes that its collections freed in
 * some seconds.
 */
const { isMainThread } = require('node:worker_threads');
const { GCProfiler } = require('node:v8');
const process = require('node:process');
const { setTimeout } = require('node:timers');

// Until the code that reads the clock is compiled, each reading leaves garbage: later on Node.js 24 than on 20.
const WARM_MS = 1_600;
const WATCHED_MS = 1_400;

const usedBytes = ({ heapStatistics }) => heapStatistics.usedHeapSize;

if (!isMainThread) {
  const profiler = new GCProfiler();
  setTimeout(() => {
    profiler.start();
    setTimeout(() => {
      const collections = profiler.stop()?.statistics ?? [];
      const freedBytes = collections.reduce(
        (sum, { beforeGC, afterGC }) => sum + usedBytes(beforeGC) - usedBytes(afterGC),
        0,
      );
      process.stdout.write(`\n${JSON.stringify({ freedBytes, watchedMs: WATCHED_MS })}\n`);
    }, WATCHED_MS).unref();
  }, WARM_MS).unref();
}
