import { defineConfig } from 'vitest/config';

/** Tests that touch no process, no socket of another and no measured time: any number of them at once. */
const PURE = [
  'test/{analysis,envelope,gate,plan,record,report,scenario}/**/*.test.ts',
  'test/capacity/{judge,search}.test.ts',
  'test/recompute/synthetic.test.ts',
  'test/truth/{theory,verdicts}.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    reporters: ['default', './test/reporter.ts'],
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, maxWorkers: 2, sequence: { groupOrder: 0 } } },
      // Whole runs and measuring workers share two cores: files one after another keep them from starving each other.
      { extends: true, test: { name: 'real', include: ['test/**/*.test.ts'], exclude: PURE, fileParallelism: false, sequence: { groupOrder: 1 } } },
    ],
  },
});
