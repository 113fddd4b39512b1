/** A comparison as JUnit XML. */
import { describe, expect, it } from 'vitest';
import { compareTrials, type Comparison, type ComparisonInput } from '../../src/compare/index.js';
import { COMPARISON_EXPORTS, type Inconclusive } from '../../src/export/index.js';
import { comparativeGatesFromTexts } from '../../src/scenario/index.js';
import { asIs, rowsOf, slowerBy, type Arm } from '../compare/trials.js';

const comparisonJunit = (comparison: Comparison, inconclusive: Inconclusive = 'default'): string =>
  COMPARISON_EXPORTS.junit.contentOf(comparison, { inconclusive, linkOf: (folder) => folder });

const compared = (candidate: Arm, more: Partial<ComparisonInput> = {}): Comparison =>
  compareTrials({
    arms: ['direct', 'gate<way>'],
    rows: rowsOf({ direct: asIs, 'gate<way>': candidate }, 6),
    plannedRows: 6,
    leftOut: [],
    gates: null,
    environment: [],
    ...more,
  });

describe('the JUnit file of a comparison', () => {
  it('has a test case for each gate at each place of each arm, a regress among them as a failure', () => {
    const comparison = compared(slowerBy(1.3));
    const xml = comparisonJunit(comparison);
    const outcomes = comparison.gates.flatMap((gate) => gate.outcomes);
    const failed = outcomes.filter(({ verdict }) => verdict === 'regress').length;
    expect(failed).toBeGreaterThan(0);
    expect(xml.match(/<testcase /g)).toHaveLength(outcomes.length);
    expect(xml.match(/<failure type="regress"/g)).toHaveLength(failed);
    expect(xml).toContain(`tests="${outcomes.length}" failures="${failed}" errors="0" skipped="0"`);
    expect(xml).toContain('name="gate&lt;way&gt;: response-time p99');
    expect(xml).not.toContain('gate<way>');
  });

  it('has none that failed where all pass', () => {
    expect(comparisonJunit(compared(asIs))).not.toMatch(/<failure|<error|<skipped/);
  });

  it('is one error with the reason where the runs may not be compared', () => {
    const xml = comparisonJunit(
      compared(asIs, {
        environment: [{ field: 'host.cpuModel', standing: 'blocking', arms: [{ arm: 'direct', values: ['a', 'b'] }] }],
      }),
    );
    expect(xml).toContain('tests="1" failures="0" errors="1" skipped="0"');
    expect(xml).toContain('message="the environments differ in host.cpuModel');
  });

  it('shows what is undecided as the pipeline wants it', () => {
    const open = compared(asIs, { plannedRows: 20 });
    const skipped = open.gates.flatMap(({ outcomes }) => outcomes).length;
    expect(comparisonJunit(open)).toContain(`failures="0" errors="0" skipped="${skipped}"`);
    expect(comparisonJunit(open, 'fail')).toContain(`failures="${skipped}" errors="0" skipped="0"`);
    expect(comparisonJunit(open, 'warn')).toContain('<skipped message="warning, inconclusive: ');
    expect(comparisonJunit(open, 'pass')).toContain('<skipped message="inconclusive: ');
  });

  it('fails no test case for a gate of level warn', () => {
    const warn = comparativeGatesFromTexts(
      ['{ metric: response-time, stat: p99, max-increase: 10%, level: warn }'],
      'gates',
    );
    const xml = comparisonJunit(compared(slowerBy(1.3), { gates: warn }));
    expect(xml).toContain('failures="0"');
    expect(xml).toContain('<skipped message="warning, regress: ');
  });
});
