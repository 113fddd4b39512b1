/**
 * Whole runs whose answer is known beforehand. Nothing here asserts an absolute speed: what is checked are ratios to a
 * theory that the mock keeps in virtual time, exact counts, and which stage the time is in.
 */
import { describe, expect, it } from 'vitest';
import type { PhaseSummary, StageName, Summary } from '../../src/analysis/index.js';
import { EXIT, type ExitCode } from '../../src/problem/index.js';
import { mockScenario, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';

async function summaryOf(scenario: string, endsWith: ExitCode = EXIT.pass): Promise<Summary> {
  const result = await plimsoll(['run', scenarioFile(scenario), '--out', scratchFolder(), '--quiet', '--json']);
  expect(result.leftBehind).toEqual([]);
  expect(result.exitCode, result.stderr).toBe(endsWith);
  if (result.stdout === '') throw new Error(`the run printed nothing: ${result.stderr}`);
  return (JSON.parse(result.stdout) as { summary: Summary }).summary;
}

function phase(summary: Summary, name: string): PhaseSummary {
  const found = summary.phases.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no phase ${name}`);
  return found;
}

function medianMs(durations: PhaseSummary['responseTime']['ok']): number {
  const p50 = durations.quantiles[0];
  if (p50?.kind !== 'value') throw new Error('the median is not known');
  return p50.ns / 1e6;
}

function stageMs(summary: PhaseSummary, stage: StageName): number {
  const found = summary.stageSplit?.stages.find((each) => each.stage === stage);
  if (found === undefined) throw new Error(`no stage ${stage}`);
  return medianMs(found.durations);
}

const floorOf = (backend: string): string =>
  mockScenario({ backend, phases: '- { name: floor, regime: floor, for: 1500ms }' });

describe.concurrent('known truths, through the whole product', () => {
  it('one worker of constant 10 ms: the floor is the service, and hardly more', async () => {
    const floor = phase(
      await summaryOf(floorOf('{ mock: tools, workers: 1, service-time: { constant: 10ms } }')),
      'floor',
    );
    expect(floor.outcomes.ok).toBe(floor.offered);
    expect(floor.loop).toBe('closed');
    expect(floor.concurrency).toBe(1);
    expect(floor.inFlight.max).toBe(1);
    const p50 = medianMs(floor.responseTime.ok);
    expect(p50).toBeGreaterThanOrEqual(10);
    expect(stageMs(floor, 'service') / p50).toBeGreaterThan(0.8);
    expect(stageMs(floor, 'upstream-queue')).toBe(0);
  });

  it('overload by half for 5 s: the longest wait is 2.5 s, and the backlog drains in the fluid time', async () => {
    const summary = await summaryOf(
      mockScenario({
        backend: '{ mock: tools, workers: 1, service-time: { constant: 10ms } }',
        calls: '- { tool: search, arguments: { query: hull }, expect: derived, deadline: 20s }',
        phases:
          '- { name: flood, regime: overload, before: { rate: 50/s, for: 1s }, rate: 150/s, for: 5s, ' +
          'after: { rate: 50/s, for: 7s } }',
        more: 'load-line: 100/s',
      }),
    );
    const flood = phase(summary, 'flood');
    expect(flood.offered).toBe(50 + 750 + 350);
    expect(flood.outcomes.ok).toBe(flood.offered);
    const drain = flood.drain;
    expect((drain?.peakWaitNs ?? 0) / 2.5e9).toBeGreaterThan(0.95);
    expect((drain?.peakWaitNs ?? 0) / 2.5e9).toBeLessThan(1.05);
    expect(drain?.fluid?.drainNs).toBeCloseTo(5e9, -6);
    expect((drain?.drainNs ?? 0) / 5e9).toBeGreaterThan(0.95);
    expect((drain?.drainNs ?? 0) / 5e9).toBeLessThan(1.05);
  });

  it('20 ms moved from queue to service: the split moves by 20 ms and the total stays', async () => {
    const queued = phase(
      await summaryOf(floorOf('{ mock: tools, workers: 1, service-time: { constant: 10ms }, added-queue: 20ms }')),
      'floor',
    );
    const served = phase(
      await summaryOf(floorOf('{ mock: tools, workers: 1, service-time: { constant: 30ms } }')),
      'floor',
    );
    expect(stageMs(queued, 'upstream-queue') - stageMs(served, 'upstream-queue')).toBeCloseTo(20, 5);
    const movedIntoService = stageMs(served, 'service') - stageMs(queued, 'service');
    expect(movedIntoService / 20).toBeGreaterThan(0.9);
    expect(movedIntoService / 20).toBeLessThan(1.1);
    // Two runs on a busy machine differ by the machine's noise; what matters is that 20 ms are not added or lost.
    const addedToTotal = medianMs(served.responseTime.ok) - medianMs(queued.responseTime.ok);
    expect(Math.abs(addedToTotal) / 20).toBeLessThan(0.5);
  });

  it('a tool that always fails is 100 % tool outcomes and no goodput, however many answers are HTTP 200', async () => {
    const steady = phase(
      await summaryOf(
        mockScenario({
          calls: '- { tool: fail, expect: success }',
          phases: '- { name: steady, regime: steady, concurrency: 4, for: 2s, warmup: 0s }',
        }),
        // Without gates of its own, a scenario has the default ones.
        EXIT.gateFailed,
      ),
      'steady',
    );
    expect(steady.offered).toBeGreaterThan(50);
    expect(steady.outcomes.tool).toBe(steady.offered);
    expect(steady.good).toBe(0);
    expect(steady.goodputPerSecond).toBe(0);
    expect(steady.missRatio).toBe(1);
  });
});
