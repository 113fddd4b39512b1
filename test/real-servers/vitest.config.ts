import { defineConfig } from 'vitest/config';

/** Whole runs against servers of others, in three languages: one after another, and nothing else beside them. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/real-servers/*.suite.ts'],
    pool: 'forks',
    fileParallelism: false,
    retry: process.env['PLIMSOLL_NO_SKIP'] === '1' ? 1 : 0,
    testTimeout: 60_000,
    reporters: ['default', './test/reporter.ts'],
  },
});
