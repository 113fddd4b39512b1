import { describe, expect, it } from 'vitest';
import { redactorFor } from '../../src/stack/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';

const SECRET = 'p@ss "word"/1';
const SHORT = 'p@ss';
const environment = { LONG: SECRET, SHORT };

const { scenario } = scenarioFromText(
  `version: 1
name: secrets
stack:
  services: { web: { url: "http://127.0.0.1:1/mcp" } }
  target: web
protocol: { headers: { authorization: "Bearer \${secret.LONG}", x-key: "\${secret.SHORT}" } }
calls: [{ tool: any }]
phases: [{ name: one, regime: floor, for: 1s }]
`,
  'secrets.yaml',
  { environment },
);

describe('redaction', () => {
  const redact = redactorFor(scenario, environment);

  it('takes a secret out in every form it has in logs and files', () => {
    const text =
      `plain ${SECRET}, json ${JSON.stringify({ token: SECRET })}, url ` +
      `${encodeURIComponent(SECRET)}, basic ${Buffer.from(SECRET).toString('base64')}`;
    expect(redact(text)).toBe(
      'plain [secret LONG], json {"token":"[secret LONG]"}, url [secret LONG], basic [secret LONG]',
    );
  });

  it('takes the longer of two secrets first, and leaves everything else', () => {
    expect(redact(`${SHORT} ${SECRET} pass`)).toBe('[secret SHORT] [secret LONG] pass');
  });
});
