/** Scaling efficiency: what each replica sustains, beside what it does with fewer of them. */
import { describe, expect, it } from 'vitest';
import { efficiencyOf } from '../../src/analysis/capacity/efficiency.js';
import { coresOf } from '../../src/analysis/environment/index.js';
import { scenarioFromText, type Stack } from '../../src/scenario/index.js';

const stackOf = (services: readonly string[], target: string): Stack =>
  scenarioFromText(
    `version: 1
name: scaled
stack:
  services:
${services.map((service) => `    ${service}`).join('\n')}
  links: { to-front: { to: ${target} } }
  target: to-front
calls: [{ tool: search, arguments: { query: hull } }]
phases: [{ name: floor, regime: floor, for: 1s }]
`,
    '/srv/scaled.yaml',
    { environment: {} },
  ).scenario.stack;

const MOCKS = stackOf(['up: { mock: tools, replicas: 2 }'], 'up');
const SERVERS = stackOf(['up: { command: [node, server.js, "${port}"], replicas: 2 }'], 'up');
const GATEWAYS = stackOf(['up: { mock: tools }', 'gate: { gateway: fastmcp, to: [up], replicas: 4 }'], 'gate');

const search = (passedPerSecond: number | null, failedPerSecond: number | null, phase = 'line') => ({
  ...{ phase, ended: 'found' as const },
  ...{ passedPerSecond, failedPerSecond },
});

interface Case {
  readonly stack?: Stack;
  readonly lost?: readonly string[];
  readonly cores?: number | null;
}

/** Of 100/s to 110/s with all, and 80/s to 88/s with what is left. */
const found = ({ stack = MOCKS, lost = ['up-2'], cores = 8 }: Case) =>
  efficiencyOf({ whole: search(100, 110), fewer: search(80, 88, 'fewer'), lost, stack, cores });

describe('the scaling efficiency', () => {
  it('of two replicas is what both sustain, over twice what one does', () => {
    const { value, low, high, ...rest } = found({}) ?? {};
    expect(rest).toEqual({ replicas: 2, left: 1, reason: null });
    expect(value).toBeCloseTo(100 / 160, 12);
    expect(low).toBeCloseTo(100 / 176, 12);
    expect(high).toBeCloseTo(110 / 160, 12);
  });

  it('of more replicas counts those that are left', () => {
    const lost = ['gate-2', 'gate-3', 'gate-4'];
    expect(found({ stack: GATEWAYS, lost })).toMatchObject({ replicas: 4, left: 1 });
    expect(found({ stack: GATEWAYS, lost })?.value).toBeCloseTo(100 / 320, 12);
    expect(found({ stack: GATEWAYS, lost: ['gate-4'] })?.value).toBeCloseTo((100 / 4 / 80) * 3, 12);
  });

  it('is that of upstreams that a gateway balances, and of none that a call is for', () => {
    const behind = (gateway: string): Stack =>
      stackOf(['up: { mock: tools, replicas: 2 }', `gate: { mock: gateway, to: ["up-*"], ${gateway} }`], 'gate');
    expect(found({ stack: behind('balance: round-robin') })?.value).toBeCloseTo(0.625, 12);
    expect(found({ stack: behind('federate: {}') })).toBeNull();
    expect(
      found({ stack: stackOf(['up: { mock: tools }', 'other: { mock: tools }'], 'up'), lost: ['other'] }),
    ).toBeNull();
  });

  it('is not measurable where the machine has no core for each replica and one for the load', () => {
    expect(found({ stack: SERVERS, cores: 3 })?.value).toBeCloseTo(0.625, 12);
    expect(found({ stack: SERVERS, cores: 2 })).toEqual({
      ...{ replicas: 2, left: 1, value: null, low: null, high: null },
      reason: 'not measurable here: 2 replicas and the load need 3 cores, there are 2',
    });
    expect(found({ stack: SERVERS, cores: null })?.reason).toMatch(/^not measurable here: how many cores/);
    // The service time of a mock passes without work.
    expect(found({ cores: 1 })?.reason).toBeNull();
  });

  it('counts the cores that replicas are held to', () => {
    const held = (cpus: string): Stack =>
      stackOf([`up: { command: [node, server.js, "\${port}"], replicas: 2, cpus: ${cpus} }`], 'up');
    expect(found({ stack: held('[0, 1]'), cores: 2 })?.reason).toBeNull();
    expect(found({ stack: held('[0]'), cores: 64 })?.reason).toBe('not measurable here: 2 replicas are held to 1 core');
  });

  it('is not known where a search found one end alone, or was cut short', () => {
    const of = (whole: Parameters<typeof efficiencyOf>[0]['whole']): string | null | undefined =>
      efficiencyOf({ whole, fewer: search(80, 88), lost: ['up-2'], stack: MOCKS, cores: 8 })?.reason;
    const why = 'the search "line" did not find both ends of the load line';
    expect(of(search(100, null))).toBe(why);
    expect(of(search(null, 100))).toBe(why);
    expect(of({ ...search(100, 110), ended: 'generator' })).toBe(why);
    expect(of({ ...search(100, 110), ended: 'budget' })).toBeNull();
  });
});

describe('the cores of a machine', () => {
  const fact = (value: unknown) => ({ value, reason: null });

  it('are those that the run was allowed', () => {
    const host = { cpuCores: fact(8), cpuThreads: fact(16), affinity: fact('0-15') };
    expect(coresOf({ host })).toBe(8);
    expect(coresOf({ host: { ...host, affinity: fact('0-2,9') } })).toBe(4);
    expect(coresOf({ host, limits: { cpuQuota: fact(2.5) } })).toBe(2);
    expect(coresOf({ host, limits: { cpuQuota: fact('unlimited') } })).toBe(8);
  });

  it('are the threads where no cores are reported, and unknown without either', () => {
    expect(coresOf({ host: { cpuCores: { value: null, reason: 'none' }, cpuThreads: fact(4) } })).toBe(4);
    expect(coresOf({})).toBeNull();
  });
});
