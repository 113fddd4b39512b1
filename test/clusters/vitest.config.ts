import { defineConfig } from 'vitest/config';

/** Whole runs on clusters, and what they need besides Node.js: one after another, with nothing else beside them. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/clusters/*.suite.ts'],
    pool: 'forks',
    fileParallelism: false,
    retry: process.env['PLIMSOLL_NO_SKIP'] === '1' ? 1 : 0,
    testTimeout: 90_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/reporter.ts'],
  },
});
