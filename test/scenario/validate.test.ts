import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScenario, validateScenario } from '../../src/scenario/index.js';
import { changed, problemsOf } from './helpers.js';

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'plimsoll-validate-')), 'good.yaml');
  writeFileSync(path, text);
  return path;
}

const codes = (problems: readonly { readonly code: string }[]): readonly string[] => problems.map(({ code }) => code);

const SECRET = changed('sessions: 16', 'sessions: 16, headers: { authorization: "Bearer ${secret.TOKEN}" }');
const VARIABLE = changed('to: backend', 'to: "${env.SERVICE}"');

describe('a scenario that is validated where it is not run', () => {
  it('is valid without its secrets, with a warning that names each', () => {
    const path = file(SECRET);
    const { problems, warnings, name, digest } = validateScenario(path, { environment: {} });
    expect(problems).toEqual([]);
    expect(warnings).toMatchObject([
      { code: 'missing-secret', what: 'the secret TOKEN is not set, and a run needs it', where: { file: path } },
    ]);
    expect([name, digest]).toEqual(['good', readScenario(path, { environment: { TOKEN: 'hunter2' } }).digest]);
    expect(codes(problemsOf(() => readScenario(path, { environment: {} })))).toEqual(['missing-secret']);
  });

  it('is valid without its variables too, of which its digest depends', () => {
    const path = file(VARIABLE);
    const { problems, warnings, digest } = validateScenario(path, { environment: {} });
    expect([problems, digest]).toEqual([[], null]);
    expect(warnings).toMatchObject([
      {
        code: 'missing-environment',
        what: 'the environment variable SERVICE is not set, and a run needs it',
        where: { line: 8 },
      },
    ]);
    expect(validateScenario(path, { environment: { SERVICE: 'backend' } })).toMatchObject({
      ...{ name: 'good', problems: [], warnings: [], digest: expect.any(String) as string },
    });
    expect(codes(problemsOf(() => readScenario(path, { environment: {} })))).toEqual(['missing-environment']);
  });

  it('has its mistakes beside what is not set', () => {
    const { problems, warnings } = validateScenario(file(VARIABLE.replace('for: 8s', 'for: 8')), { environment: {} });
    expect([codes(problems), codes(warnings)]).toEqual([['needs-unit'], ['missing-environment']]);
  });

  it('names the arms of an experiment whose secrets are not set', () => {
    const arms = `arms: { one: { protocol: { sessions: 8 } }, two: { protocol: { sessions: 4 } } }
reference: one
trials: { pairs: 2 }
`;
    const { problems, warnings, arms: named } = validateScenario(file(`${SECRET}\n${arms}`), { environment: {} });
    expect([problems, named]).toEqual([[], ['one', 'two']]);
    expect(warnings.map(({ what }) => what)).toContain('in arm one: the secret TOKEN is not set, and a run needs it');
  });
});
