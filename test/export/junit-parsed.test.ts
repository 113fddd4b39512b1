/** The JUnit files of runs and comparisons, as a parser of JUnit reads them. */
import { parse, type TestCase, type TestSuites } from 'junit2json';
import { describe, expect, it } from 'vitest';
import type { GateResult } from '../../src/analysis/index.js';
import { compareTrials, type ComparisonInput } from '../../src/compare/index.js';
import { COMPARISON_EXPORTS } from '../../src/export/index.js';
import { junitXml } from '../../src/export/junit.js';
import { asIs, rowsOf, slowerBy, type Arm } from '../compare/trials.js';

const HOSTILE = '"/><failure type="x"/>]]>&lt;\u0000\n<!-- ${env.HOME} \u202egnp.exe';
/** What XML can't hold, and what turns the direction of a text, is replaced. */
const READ = HOSTILE.replace(/[\0\u202e]/g, '\ufffd');

/** The only suite of a file, whose counts are those of its cases. */
async function casesOf(xml: string, suiteName: string): Promise<readonly TestCase[]> {
  const found = (await parse(xml)) as TestSuites;
  const [suite, ...others] = found.testsuite ?? [];
  expect([found.name, suite?.name, others]).toEqual(['plimsoll', suiteName, []]);
  const cases = suite?.testcase ?? [];
  const counts = {
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure !== undefined).length,
    errors: cases.filter(({ error }) => error !== undefined).length,
    skipped: cases.filter(({ skipped }) => skipped !== undefined).length,
  };
  expect(found).toMatchObject(counts);
  expect(suite).toMatchObject(counts);
  for (const { classname } of cases) expect(classname).toBe(`plimsoll.${suiteName}`);
  return cases;
}

const result = (verdict: GateResult['verdict'], text: string, why: string): GateResult =>
  ({ verdict, text, why }) as unknown as GateResult;

const compared = (candidate: Arm, more: Partial<ComparisonInput> = {}) =>
  compareTrials({
    arms: ['direct', HOSTILE],
    rows: rowsOf({ direct: asIs, [HOSTILE]: candidate }, 6),
    ...{ plannedRows: 6, leftOut: [], gates: null, environment: [] },
    ...more,
  });
const xmlOf = (comparison: ReturnType<typeof compared>): string =>
  COMPARISON_EXPORTS.junit.contentOf(comparison, { inconclusive: 'default', linkOf: (folder) => folder });

describe('a parser of JUnit', () => {
  it('reads each gate of a run with its verdict and its reason, whatever they are called', async () => {
    const results = (['pass', 'regress', 'inconclusive', 'invalid'] as const).map((verdict) =>
      result(verdict, `${verdict} ${HOSTILE}`, `because ${HOSTILE}`),
    );
    const why = `because ${READ}`;
    expect(await casesOf(junitXml({ verdict: 'invalid', results }), 'gates')).toMatchObject([
      { name: `pass ${READ}` },
      { name: `regress ${READ}`, failure: [{ type: 'regress', message: why }] },
      { name: `inconclusive ${READ}`, skipped: [{ message: `inconclusive: ${why}` }] },
      { name: `invalid ${READ}`, error: [{ type: 'invalid', message: why }] },
    ]);
  });

  it('reads each gate at each place of each arm of a comparison', async () => {
    const comparison = compared(slowerBy(1.3));
    const outcomes = comparison.gates.flatMap((gate) => gate.outcomes);
    const cases = await casesOf(xmlOf(comparison), 'comparison');
    expect(cases).toHaveLength(outcomes.length);
    expect(cases.every(({ name }) => name?.startsWith(`${READ}: `))).toBe(true);
    const failed = outcomes.filter(({ verdict }) => verdict === 'regress').map(({ why }) => why);
    expect(failed.length).toBeGreaterThan(0);
    expect(cases.flatMap(({ failure = [] }) => failure.map(({ message }) => message))).toEqual(failed);
  });

  it('reads one that is refused as one error with the reason, and an undecided one as skipped', async () => {
    const blocking = { field: 'host.cpuModel', standing: 'blocking', arms: [] } as const;
    const [refused, ...others] = await casesOf(xmlOf(compared(asIs, { environment: [blocking] })), 'comparison');
    expect(others).toEqual([]);
    expect(refused?.error?.[0]?.message).toContain('the environments differ in host.cpuModel');
    const undecided = await casesOf(xmlOf(compared(asIs, { plannedRows: 20 })), 'comparison');
    expect(undecided.every(({ skipped }) => skipped !== undefined)).toBe(true);
  });
});
