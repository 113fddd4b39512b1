import { defineConfig } from 'vitest/config';

/** Runs of minutes each, made at night. */
const AT_NIGHT = process.env['PLIMSOLL_FULL'] === '1' ? [] : ['test/gateways/partial.suite.ts'];

/** Whole runs with gateways that are installed: two at a time, for most of each waits, and what is asked is counts. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/gateways/*.suite.ts'],
    exclude: AT_NIGHT,
    pool: 'forks',
    fileParallelism: false,
    maxConcurrency: 2,
    reporters: ['default', './test/reporter.ts'],
  },
});
