/** Gateways of others in a scenario: what they stand in front of, and by which names calls ask for tools. */
import { describe, expect, it } from 'vitest';
import { listedToolOf, toolOf } from '../../src/catalog/index.js';
import { foreignOnTheWay, keepsLedger, servicesBehind, type Scenario } from '../../src/scenario/index.js';
import { line, problemsOf, read } from './helpers.js';

interface Parts {
  readonly services: readonly string[];
  readonly target?: string;
  readonly call?: string;
  readonly arms?: string;
}

const scenarioText = ({ services, target = 'gate', call = 'tool: search', arms = '' }: Parts): string => `version: 1
name: good
stack:
  services:
    alpha: { mock: tools }
    beta: { mock: tools }
${services.map((service) => `    ${service}`).join('\n')}
  links: { to-alpha: { to: alpha } }
  target: ${target}
calls: [{ ${call}, arguments: { query: hull }, expect: derived }]
phases: [{ name: one, regime: floor, for: 1s }]
${arms}`;

const scenarioWith = (parts: Parts): Scenario => read(scenarioText(parts)).scenario;
const askedIn = ({ calls: [call] }: Scenario): readonly unknown[] => (call ? [toolOf(call), listedToolOf(call)] : []);

describe('a gateway of others in a scenario', () => {
  const TWO = ['gate: { gateway: fastmcp, to: [to-alpha, beta] }'];

  it('is read, with the time that its adapter gives it to come up', () => {
    const { stack } = scenarioWith({ services: TWO });
    expect(stack.services.at(-1)).toEqual({
      kind: 'adapted',
      name: 'gate',
      gateway: 'fastmcp',
      to: ['to-alpha', 'beta'],
      environment: {},
      readyWithinNs: 60e9,
    });
    expect(foreignOnTheWay(stack, 'gate').map(({ name }) => name)).toEqual(['gate']);
    expect(servicesBehind(stack, 'gate').map(({ name }) => name)).toEqual(['alpha', 'beta']);
    expect(keepsLedger(stack)).toBe(true);
  });

  it('is asked for a tool by the name that it gives it, while the call keeps that of the upstream', () => {
    expect(askedIn(scenarioWith({ services: TWO }))).toEqual(['search', 'alpha_search']);
    expect(askedIn(scenarioWith({ services: TWO, target: 'to-alpha' }))).toEqual(['search', 'search']);
  });

  it.each([
    ['of the upstream that the call names', TWO, 'tool: search, upstream: beta', 'beta_search'],
    [
      'through a front for replicas of the gateway',
      ['gate: { gateway: envoy, to: [alpha, beta], replicas: 2 }'],
      'tool: search',
      'alpha__search',
    ],
    [
      'through two gateways in a row',
      ['inner: { gateway: envoy, to: [alpha, beta] }', 'gate: { gateway: litellm, to: [inner] }'],
      'tool: search',
      'inner-alpha__search',
    ],
    [
      'of a replicated upstream, by the name of its front',
      ['many: { mock: tools, replicas: 2 }', 'gate: { gateway: envoy, to: [many, beta] }'],
      'tool: search, upstream: many-2',
      'many__search',
    ],
  ])('is asked by the name %s', (_what, services, call, expected) => {
    expect(askedIn(scenarioWith({ services, call }))[1]).toBe(expected);
  });

  it('names tools by arm: a comparison has one list of calls', () => {
    const arms = `arms:
  direct: {}
  envoy: { stack: { services: { gate: { gateway: envoy, to: [to-alpha, beta] } }, target: gate } }
  nginx: { stack: { services: { gate: { gateway: nginx, to: [to-alpha] } }, target: gate } }`;
    const text = scenarioText({ services: [], target: 'to-alpha', arms });
    const asked = (arm: string): unknown => askedIn(read(text, { arm }).scenario)[1];
    expect(['direct', 'envoy', 'nginx'].map(asked)).toEqual(['search', 'alpha__search', 'search']);
  });

  it.each([
    [
      'a gateway that nobody knows',
      { services: ['gate: { gateway: fastmpc, to: [alpha] }'] },
      'unknown gateway "fastmpc"',
    ],
    [
      'two upstreams for one that does not federate',
      { services: ['gate: { gateway: nginx, to: [alpha, beta] }'] },
      'nginx passes calls to one upstream, found 2',
    ],
    [
      'another transport than it speaks with its clients',
      { services: ['gate: { gateway: mcp-hub, to: [alpha] }'] },
      'the gateway (mcp-hub) that is the target speaks http-sse',
    ],
    [
      'an upstream that comes later',
      { services: ['gate: { gateway: nginx, to: [late] }', 'late: { mock: tools }'] },
      'service "late" is not up yet when this gateway starts',
    ],
    [
      'a gateway behind another that has no token for it',
      { services: ['inner: { gateway: litellm, to: [alpha] }', 'gate: { gateway: envoy, to: [inner, beta] }'] },
      'stack.services.gate.to.0: "inner" wants a token of its clients, which a gateway in front of it does not have',
    ],
    [
      'a call to an upstream that is not there',
      { services: TWO, call: 'tool: search, upstream: gamma' },
      'there is no service "gamma"',
    ],
  ])('is refused with %s', (_what, parts, expected) => {
    const problems = problemsOf(() => read(scenarioText(parts)));
    expect(problems.map(line).join('\n')).toContain(expected);
  });
});
