import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Whole runs and measuring workers share two cores: files one after another keep them from starving each other.
    fileParallelism: false,
    pool: 'forks',
    reporters: ['default', './test/reporter.ts'],
  },
});
