import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { preflight } from '../../src/mcp/index.js';
import { readExperimentScenario, readScenario, type ReadScenario } from '../../src/scenario/index.js';

const FOLDER = join(PACKAGE_ROOT, 'scenarios');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

/** Each with its name: the arms of an experiment one by one. */
const SCENARIOS = FILES.flatMap((file): (readonly [string, ReadScenario])[] => {
  const experiment = readExperimentScenario(join(FOLDER, file));
  return experiment === null
    ? [[file, readScenario(join(FOLDER, file))]]
    : experiment.arms.map((arm) => [`${file}, arm ${arm.name}`, arm.read()]);
});

describe('every shipped scenario on a mock asks only for what the mock does:', () => {
  it('there are some', () => {
    expect(FILES.length).toBeGreaterThan(6);
  });

  for (const [name, { scenario }] of SCENARIOS) {
    const [mock, ...others] = scenario.stack.services.filter((service) => service.kind === 'mock');
    if (mock === undefined) continue;
    it(name, async () => {
      // A gateway may translate between the eras of its clients and of the mock.
      const isTranslated = scenario.stack.services.some(({ kind }) => kind === 'gateway');
      const eras = isTranslated ? (['session', 'stateless'] as const) : mock.options.eras;
      const server = await startToolsMock({ ...mock.options, eras, port: 0 });
      try {
        const { protocol, seed } = scenario;
        // By the names of the mock: a gateway of others may give its tools other ones. A list of several servers is
        // none that one of them has.
        const calls = scenario.calls
          .filter(({ operation }) => operation === 'tools/call' || others.length === 0)
          .map((call) => (call.operation === 'tools/call' ? { ...call, asked: call.tool } : call));
        const report = await preflight({
          target: { kind: 'http', url: server.url, headers: {} },
          protocol,
          calls,
          timeoutNs: 20e9,
          seed,
          interrupt: new AbortController().signal,
        });
        expect(report.warnings).toEqual([]);
        expect(report.executed.map(({ outcome }) => outcome)).toEqual(calls.map(() => 'ok'));
      } finally {
        await server.stop();
      }
    });
  }
});
