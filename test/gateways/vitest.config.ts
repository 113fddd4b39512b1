import { defineConfig } from 'vitest/config';

/** Whole runs with gateways that are installed: one after another, and nothing else beside them. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/gateways/*.suite.ts'],
    pool: 'forks',
    fileParallelism: false,
    reporters: ['default', './test/reporter.ts'],
  },
});
