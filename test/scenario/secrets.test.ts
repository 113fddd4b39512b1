import { describe, expect, it } from 'vitest';
import { explain, planOf } from '../../src/plan/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { revealedCalls, scenarioFromText, secretNames, secretValues } from '../../src/scenario/index.js';

const TOKEN = 'to${arguments.query}ken-"1"$';
const environment = { TOKEN, KEY: 'key-of-the-header' };

const text = (calls: string): string => `version: 1
name: secrets
stack: { services: { web: { url: "http://127.0.0.1:1/mcp" } }, target: web }
protocol: { headers: { authorization: "Bearer \${secret.KEY}" } }
calls: ${calls}
phases: [{ name: one, regime: floor, for: 1s }]
`;

describe('a secret in the arguments and the expectation of a call', () => {
  const calls =
    '[{ tool: search, arguments: { query: hull, login: { token: "a ${secret.TOKEN}{b", plain: "$${secret.TOKEN}" }, ' +
    'either: { pick: ["${secret.TOKEN}", other] } }, expect: { contains: "for ${secret.TOKEN}" } }]';
  const read = scenarioFromText(text(calls), 'secrets.yaml', { environment });

  it('is filled in where the calls are sent, as text and never as a placeholder', () => {
    const [call] = revealedCalls(read, environment);
    expect(call).toMatchObject({
      arguments: {
        query: { kind: 'constant', value: 'hull' },
        login: { kind: 'constant', value: { token: `a ${TOKEN}{b`, plain: '${secret.TOKEN}' } },
        either: { kind: 'pick', values: [TOKEN, 'other'] },
      },
    });
  });

  it('is named and not shown in the scenario, its resolved text and the plan', () => {
    const plan = planOf(read.scenario);
    for (const shown of [JSON.stringify(read.scenario), read.resolvedText, JSON.stringify(plan), explain(plan)]) {
      expect(shown).toContain('${secret.TOKEN}');
      expect(shown).not.toContain('ken-');
    }
  });

  it('is one of the secrets to be kept', () => {
    expect(secretNames(read.scenario)).toEqual(['KEY', 'TOKEN']);
    expect(secretValues(read.scenario, environment)).toEqual(new Map(Object.entries(environment)));
    expect(secretValues(read.scenario, {})).toEqual(new Map());
  });

  it('is worth a warning when it is so short that it could be any word', () => {
    const short = { ...environment, KEY: 'search' };
    expect(scenarioFromText(text(calls), 'secrets.yaml', { environment: short }).warnings).toMatchObject([
      { code: 'short-secret', where: { line: 4 } },
    ]);
    expect(read.warnings).toEqual([]);
  });

  it('must be set, as any other', () => {
    const missing = { ...environment, TOKEN: '' };
    expect(() => scenarioFromText(text(calls), 'secrets.yaml', { environment: missing })).toThrow(
      'the secret TOKEN is not set',
    );
  });

  it('does not read the scenario again where there is none', () => {
    const plain = scenarioFromText(text('[{ tool: search }]'), 'plain.yaml', { environment });
    expect(revealedCalls(plain, environment)).toBe(plain.scenario.calls);
  });
});

describe('a secret that comes in from outside a second time', () => {
  const written = (header: string, more = ''): string => `version: 1
name: twice
stack: { services: { web: { url: "http://127.0.0.1:1/mcp" } }, target: web }
protocol: { headers: { x-key: "\${secret.KEY}", x-other: "${header}" } }
calls: [{ tool: search }]
phases: [{ name: one, regime: floor, for: 1s }]
${more}`;
  const read = (header: string, outside: Readonly<Record<string, string>>, more = '', set: readonly string[] = []) =>
    scenarioFromText(written(header, more), 'twice.yaml', { environment: { ...environment, ...outside }, set });
  const problemsOf = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (thrown) {
      return thrown instanceof ProblemError ? thrown.problems : thrown;
    }
  };

  it.each<[string, string, Record<string, string>, string]>([
    ['the same variable', '${env.KEY}', {}, '${secret.KEY}'],
    ['the same variable, which is short', '${env.KEY}', { KEY: 'k1' }, '${secret.KEY}'],
    ['another of the same value', '${env.COPY}', { COPY: environment.KEY }, '${secret.KEY}'],
    [
      'another that holds it',
      'a ${env.DSN}',
      { DSN: `u:${environment.KEY}@h?${environment.KEY}` },
      'a u:${secret.KEY}@h?${secret.KEY}',
    ],
    [
      'beside what looks like a placeholder',
      '${env.DSN}',
      { DSN: `\${port}${environment.KEY}` },
      '$${port}${secret.KEY}',
    ],
  ])('is named in the resolved scenario: %s', (_how, header, outside, expected) => {
    const { scenario, resolvedText, digest } = read(header, outside);
    expect(scenario.protocol.headers).toMatchObject({ 'x-other': expected });
    expect(resolvedText).not.toContain(environment.KEY);
    const again = scenarioFromText(resolvedText, 'again.yaml', { environment: { ...environment, ...outside } });
    expect(again.digest).toBe(digest);
  });

  it('leaves a scenario alone that has a word of the same value, and other variables', () => {
    const same = { KEY: 'search-engine', OTHER: 'search engine' };
    const { scenario } = read('${env.OTHER}', same, 'description: search-engine');
    expect(scenario).toMatchObject({
      description: 'search-engine',
      protocol: { headers: { 'x-other': 'search engine' } },
    });
  });

  it('is named where a shell has filled it in behind --set', () => {
    const { scenario, resolvedText } = read('none', {}, '', [`protocol.headers.x-other=Bearer ${environment.KEY}`]);
    expect(scenario.protocol.headers).toMatchObject({ 'x-other': 'Bearer ${secret.KEY}' });
    expect(resolvedText).not.toContain(environment.KEY);
  });

  const base64 = Buffer.from(`user:${environment.KEY}`).toString('base64');
  it.each<[string, () => unknown, number]>([
    ['in a place where no secret may stand', () => read('none', {}, 'description: "for ${env.KEY}"'), 7],
    ['in another form', () => read('Basic ${env.BASIC}', { BASIC: base64 }), 4],
    ['behind a dollar sign', () => read('${env.PRICE}', { PRICE: `$${environment.KEY}` }), 4],
    ['in another form behind --set', () => read('none', {}, '', ['seed=1', `description=${base64}`]), 2],
  ])('is refused %s, and not shown', (_where, work, line) => {
    const problems = problemsOf(work);
    expect(problems).toMatchObject([{ code: 'secret-in-value', where: { line } }]);
    expect(JSON.stringify(problems)).not.toContain(environment.KEY);
    expect(JSON.stringify(problems)).not.toContain(base64.slice(12));
  });
});
