import { describe, expect, it } from 'vitest';
import { explain, planOf } from '../../src/plan/index.js';
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
