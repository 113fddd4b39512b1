import { defineConfig } from 'vitest/config';

/**
 * On a shared runner another process may take the core in the middle of a test with processes and real time. Such a
 * test is tried again, and the closing lines name it; a pure one is not.
 */
const RETRY = process.env['PLIMSOLL_NO_SKIP'] === '1' ? 1 : 0;

/**
 * Tests without processes, sockets of other processes and measured time: any number of them at once. They change
 * nothing that others read, so that all of them share the modules that one has loaded.
 */
const PURE = [
  'test/{analysis,catalog,compare,engines,envelope,export,extending,format,gate,history,live,plan}/**/*.test.ts',
  'test/{platform,problem,protocol,record,scenario,structure}/**/*.test.ts',
  'test/report/**/!(added-chapter|browser|comparison-browser|pages-browser).test.ts',
  'test/cli/plan-experiment.test.ts',
  'test/discover/!(bad-servers|live).test.ts',
  'test/calibration/{noise,quiet}.test.ts',
  'test/capacity/{coverage,judge,search}.test.ts',
  'test/load/{closed-loop,jit-warmup,limits,metastable,open-loop,pacers,pacing,retry-budget}.test.ts',
  'test/load/{shard-shares,varying-pacers}.test.ts',
  'test/recompute/synthetic.test.ts',
  'test/run/{abort-rules,experiment}.test.ts',
  'test/scale-out/{clocks,names}.test.ts',
  'test/toxiproxy/embedded/{reading,toxics}.test.ts',
  'test/truth/{metastable,theory,verdicts}.test.ts',
];

/**
 * Tests with processes and sockets of their own that judge no measured time: whole runs among them, whose machine is
 * assumed. Two files at once keep both cores busy where one would mostly wait.
 */
const APART = [
  'test/{checkouts,faults,mcp,mock-servers,process-timing,processes,scopes,spans,stack}/**/*.test.ts',
  'test/discover/{bad-servers,live}.test.ts',
  'test/calibration/{doctor/*,self-capacity}.test.ts',
  'test/e2e/{again,bad-input,baseline,calibrate,compare}.test.ts',
  'test/e2e/{closed-streams,experiment,gateway-arms,killed,live,pipelines,planted-invalid}.test.ts',
  'test/e2e/{run,secrets,shipped-scenarios,steady-state}.test.ts',
  'test/e2e/{first-look,git-arms,other-platform,package,wrapped}.test.ts',
  'test/load/{first-requests,garbage/garbage}.test.ts',
  'test/package/**/*.test.ts',
  'test/recompute/real-run.test.ts',
  'test/report/{added-chapter,browser,comparison-browser,pages-browser}.test.ts',
  'test/run/{beside,call-less,same-seed,warned-once,wedged-engine}.test.ts',
  'test/merge/merge.test.ts',
  'test/scale-out/{join,processes}.test.ts',
  'test/toxiproxy/{engine,embedded/server}.test.ts',
  'test/truth/{counted,eras,follow-ups,gateway-switches,spans,stamps-recipes}.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    // Whole runs that are made side by side: two cores have room for two.
    maxConcurrency: 2,
    hookTimeout: 30_000,
    pool: 'forks',
    setupFiles: ['./test/property-seeds.ts'],
    reporters: ['default', './test/reporter.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: PURE, isolate: false, maxWorkers: 2, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: { name: 'apart', include: APART, retry: RETRY, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      // Whole runs and measuring workers share two cores: files one after another keep them from starving each other.
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.test.ts'],
          exclude: [...PURE, ...APART],
          retry: RETRY,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
