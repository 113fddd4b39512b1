/** Annotations of GitHub Actions. */
import { describe, expect, it } from 'vitest';
import { compareTrials } from '../../src/compare/index.js';
import { githubComparison, githubGates, type Inconclusive } from '../../src/export/index.js';
import type { GateReport } from '../../src/gate/index.js';
import { asIs, rowsOf, slowerBy } from '../compare/trials.js';

type Result = GateReport['results'][number];
const result = (verdict: Result['verdict'], text: string, why: string): Result =>
  ({ verdict, text, why }) as unknown as Result;

describe('annotations', () => {
  it('name each gate that failed, and after them those that could not be judged', () => {
    const results = [
      result('inconclusive', 'goodput', 'too few samples'),
      result('pass', 'errors', 'fine'),
      result('regress', 'response-time p99', 'steady: 210 ms'),
    ];
    expect(githubGates({ verdict: 'regress', results })).toEqual([
      '::error title=response-time p99::regress: steady: 210 ms',
      '::warning title=goodput::inconclusive: too few samples',
    ]);
    expect(githubGates({ verdict: 'pass', results: [result('pass', 'errors', 'fine')] })).toEqual([]);
  });

  it('are what the pipeline makes of an undecided gate', () => {
    const results = [result('inconclusive', 'goodput', 'too few samples')];
    const levelOf = (policy: Inconclusive): string | undefined =>
      /^::(\w+) /.exec(githubGates({ verdict: 'inconclusive', results }, policy)[0] ?? '')?.[1];
    expect((['default', 'pass', 'warn', 'fail'] as const).map(levelOf)).toEqual([
      'warning',
      'notice',
      'warning',
      'error',
    ]);
  });

  it('are ten at most, and no text ends a line or begins a command', () => {
    const name = 'a\r\n::error::owned, 100 % : x';
    const many = Array.from({ length: 30 }, () => result('regress', name, name));
    const lines = githubGates({ verdict: 'regress', results: many });
    expect(lines).toHaveLength(10);
    for (const line of lines) {
      expect(line).not.toMatch(/[\r\n]/);
      expect(line.startsWith('::error title=a%0D%0A%3A%3Aerror%3A%3Aowned%2C 100 %25 %3A x::regress: a%0D%0A')).toBe(
        true,
      );
    }
  });

  it('say of a comparison which arm regressed, and why one was refused', () => {
    const input = { arms: ['direct', 'gateway'], plannedRows: 6, leftOut: [], gates: null, environment: [] };
    const rows = rowsOf({ direct: asIs, gateway: slowerBy(1.3) }, 6);
    const [first] = githubComparison(compareTrials({ ...input, rows }));
    expect(first).toMatch(/^::error title=gateway%3A response-time p50.*::regress: .*beyond the limit of \+10 %25$/);
    const blocking = { field: 'host.cpuModel', standing: 'blocking', arms: [] } as const;
    expect(githubComparison(compareTrials({ ...input, rows, environment: [blocking] }))).toEqual([
      expect.stringMatching(
        /^::error title=the runs can be compared::invalid: the environments differ in host\.cpuModel/,
      ),
    ]);
  });
});
