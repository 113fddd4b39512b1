/**
 * Offers 3 calls a millisecond to a mock for three seconds, from one spinning worker: past the
 * 2.1 s whose nanoseconds fit 31 bits. Its first argument is the folder of the build.
 */
const [, , dist] = process.argv;
const { takeEpoch } = await import(`${dist}/src/clock/index.js`);
const { startGenerator } = await import(`${dist}/src/load/index.js`);
const { startToolsMock } = await import(`${dist}/mock-servers/index.js`);

const mock = await startToolsMock({ serviceTime: { kind: 'constant', ns: 0 } });
const generator = await startGenerator({
  target: { kind: 'http', url: mock.url, headers: {} },
  protocol: {
    revision: '2025-11-25',
    transport: 'streamable-http',
    sessions: 8,
    headers: {},
    inFlightPerSession: 1,
    propagateDeadline: false,
    serverStream: false,
    outputSchemas: false,
    overloadCodes: [],
    trace: null,
  },
  calls: [
    {
      operation: 'tools/call',
      tool: 'search',
      label: 'search',
      weight: 1,
      arguments: { query: { kind: 'pick', values: ['hull'] } },
      expect: { kind: 'success' },
      effect: 'none',
      deadlineNs: 5e9,
      deadlineIsExplicit: true,
      attemptTimeoutNs: null,
      retry: null,
      cancel: false,
    },
  ],
  settings: { pacing: 'spin', workers: 1, maxInFlight: 64, maxQueued: 10_000 },
  seed: 1,
  epoch: takeEpoch(),
  phases: ['only'],
  onSpool: () => undefined,
  onEvent: () => undefined,
  onHealth: () => undefined,
});
await generator.run(
  { loop: 'open', phase: 0, arrivals: 'constant', stages: [{ label: 'main', ratePerSecond: 3_000, forNs: 3e9 }] },
  0,
);
process.stdout.write(`\n${JSON.stringify(generator.live())}\n`);
await generator.close();
await mock.stop();
