/** Gates of a scenario to begin with: what the same server gives again passes them, and what is worse does not. */
import { describe, expect, it } from 'vitest';
import { measuredBy, initialText, type Discovery, type Measured } from '../../src/discover/index.js';
import { scenarioFromText, type Gate } from '../../src/scenario/index.js';
import type { Summary } from '../../src/analysis/index.js';
import { discovery, slowTools } from './fixtures.js';

const MS = 1e6;

/** What a first look found of a server that answers in a millisecond, at half of 960 calls a second. */
const QUICK: Measured = {
  idleP50: { ns: 0.4 * MS, highNs: 0.45 * MS },
  passedPerSecond: 960,
  failedPerSecond: 1_100,
  half: { stat: 'p99', ns: 2 * MS, highNs: 3 * MS, perSecond: 480 },
  halfCalls: { offered: 1_920, missed: 0 },
  from: 'a first look',
};

/** Of one whose calls take 300 ms, on four workers: 24 calls at half load say what they can. */
const SLOW: Measured = {
  idleP50: { ns: 300 * MS, highNs: 310 * MS },
  passedPerSecond: 12,
  failedPerSecond: 14,
  half: { stat: 'p50', ns: 300 * MS, highNs: 320 * MS, perSecond: 6 },
  halfCalls: { offered: 24, missed: 0 },
  from: 'a first look',
};

function scenarioOf(measured: Measured | null, found: Discovery = discovery()) {
  const text = initialText({ discovery: found, measured, mostPerSecond: null, folder: '/srv', schema: 's.json' });
  return { ...scenarioFromText(text, '/srv/server.yaml').scenario, text };
}

const gateOf = (gates: readonly Gate[], metric: string, phase: string): Gate | undefined =>
  gates.find((gate) => gate.metric === metric && gate.phase === phase);

const maxMs = (gate: Gate | undefined): number => (gate?.max ?? NaN) / MS;

describe('the gate on the median of an idle server', () => {
  it('leaves room for a slice of others’ time, and for the link that was not measured', () => {
    const gate = gateOf(scenarioOf(QUICK).gates, 'response-time', 'floor');
    // 0.45 ms and 2 ms more, rounded up: three times it would be 1.4 ms, which the link alone can take.
    expect(gate).toMatchObject({ stat: 'p50', max: 5 * MS });
  });

  it('is three times the upper end of what was measured where that is more', () => {
    const gate = gateOf(scenarioOf(SLOW, slowTools(1, 300 * MS)).gates, 'response-time', 'floor');
    expect(maxMs(gate)).toBe(1_000);
  });

  it('has enough calls for a median although each takes as long as it allows', () => {
    const { phases, gates } = scenarioOf(SLOW, slowTools(1, 300 * MS));
    const [floor] = phases;
    const calls = ((floor?.forNs ?? 0) - (floor?.warmupNs ?? 0)) / (gateOf(gates, 'response-time', 'floor')?.max ?? 0);
    // Fewer than eleven show no median, and a gate without its number is inconclusive.
    expect(calls).toBeGreaterThanOrEqual(11);
    expect(scenarioOf(QUICK).phases[0]?.forNs).toBe(5e9);
  });
});

describe('the gate on the slowest calls', () => {
  it('counts from the upper end of their interval, and leaves 20 ms where that is little', () => {
    const gate = gateOf(scenarioOf(QUICK).gates, 'response-time', 'steady');
    expect(gate).toMatchObject({ stat: 'p99', max: 50 * MS });
    const wide = { ...QUICK, half: { stat: 'p99', ns: 9 * MS, highNs: 15 * MS, perSecond: 480 } } as const;
    // Five times 9 ms would be 50 ms; the true p99 may be 15 ms.
    expect(maxMs(gateOf(scenarioOf(wide).gates, 'response-time', 'steady'))).toBe(100);
  });

  it('is of the median where few calls were measured, and never above the deadline', () => {
    const { gates, calls } = scenarioOf(SLOW, slowTools(1, 300 * MS));
    expect(gateOf(gates, 'response-time', 'steady')).toMatchObject({ stat: 'p50', max: 2_000 * MS });
    const worse = { ...SLOW, half: { stat: 'p50', ns: 5_000 * MS, highNs: 6_000 * MS, perSecond: 6 } } as const;
    const bound = gateOf(scenarioOf(worse, slowTools(1, 300 * MS)).gates, 'response-time', 'steady')?.max;
    expect(bound).toBe(calls[0]?.deadlineNs);
  });
});

describe('the gate on missed calls', () => {
  const mostOf = (measured: Measured | null, found?: Discovery): number =>
    gateOf(scenarioOf(measured, found).gates, 'deadline-miss-ratio', 'steady')?.max ?? NaN;

  it('is 1 % of many calls', () => expect(mostOf(QUICK)).toBe(0.01));

  it('lets two of few calls miss, so that these decide', () => {
    const calls = 6 * 12;
    const most = mostOf(SLOW, slowTools(1, 300 * MS));
    expect(most).toBeGreaterThanOrEqual(2 / calls);
    expect(most).toBeLessThan(4 / calls);
  });

  it('leaves room above what missed when it was measured, and says how many did', () => {
    const failing = { ...QUICK, halfCalls: { offered: 1_920, missed: 19 } };
    // 19 of 1920 are 1 %; up to 1.5 % are as likely, and another run of the same server may have them.
    expect(mostOf(failing)).toBe(0.05);
    expect(scenarioOf(failing).text).toContain('# Measured: 19 of 1920 calls missed.');
    // A bound that nothing breaks is none.
    expect(mostOf({ ...QUICK, halfCalls: { offered: 3, missed: 3 } })).toBe(0.5);
  });
});

describe('what is taken from a first look', () => {
  const quantile = (q: number, ns: number, highNs: number | null) => ({ kind: 'value', q, ns, lowNs: ns, highNs });
  const summary = (verdict: 'valid' | 'invalid'): Summary =>
    ({
      validity: { verdict },
      capacities: [{ phase: 'load line', passedPerSecond: 100, failedPerSecond: 120 }],
      phases: [
        { name: 'floor', responseTime: { ok: { quantiles: [quantile(0.5, 2 * MS, null)] } } },
        {
          ...{ name: 'half load', offered: 200, good: 198, scheduledPerSecond: 50 },
          responseTime: {
            all: {
              quantiles: [
                quantile(0.5, 2 * MS, 3 * MS),
                quantile(0.95, 5 * MS, 8 * MS),
                { kind: 'not-estimable', q: 0.99, n: 200, needed: 662 },
              ],
            },
          },
        },
      ],
    }) as unknown as Summary;

  it('are its highest quantile with enough samples, its upper end, and the calls that missed', () => {
    expect(measuredBy(summary('valid'), 'run-1')).toEqual({
      idleP50: { ns: 2 * MS, highNs: 2 * MS },
      passedPerSecond: 100,
      failedPerSecond: 120,
      half: { stat: 'p95', ns: 5 * MS, highNs: 8 * MS, perSecond: 50 },
      halfCalls: { offered: 200, missed: 2 },
      from: 'run-1',
    });
  });

  it('is nothing where the run is invalid', () => {
    const nothing = { idleP50: null, passedPerSecond: null, failedPerSecond: null, half: null, halfCalls: null };
    expect(measuredBy(summary('invalid'), 'run-1')).toEqual({ ...nothing, from: 'run-1' });
  });
});
