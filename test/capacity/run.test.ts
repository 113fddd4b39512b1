import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXPORTS } from '../../src/export/index.js';
import type { Summary } from '../../src/analysis/index.js';
import { FILES, readRecord, type Manifest, type ProbeEvent, type RunEvent } from '../../src/record/index.js';
import { mockScenario, onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { LEAVES_OUT, asWholeRuns } from '../whole-runs.js';

const eventsOf = (dir: string): RunEvent[] =>
  readFileSync(join(dir, FILES.events), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunEvent);

const probesOf = (events: readonly RunEvent[]): ProbeEvent[] => events.filter((event) => event.type === 'probe');

/** Four workers of 25 ms can do 160 calls/s, on a busy machine less, never more. */
const scenario = (between: string, step: string) =>
  mockScenario({
    backend: '{ mock: tools, workers: 4, service-time: { constant: 25ms } }',
    calls: '- { tool: search, arguments: { query: hull }, expect: derived, deadline: 5s }',
    phases: `- { name: load line, regime: capacity, between: [${between}], step: ${step}, resolution: 50%, \
confirmations: 1 }
  - { name: half, regime: steady, rate: 0.5x, for: 1s, warmup: 0s }`,
  });

// Two and two: they use little of the machine, and are judged by what their own record says.
describe.skipIf(LEAVES_OUT).concurrent(asWholeRuns('a run with a capacity phase'), () => {
  it('finds a rate the server sustains, and runs later phases at a multiple of it', async () => {
    const folder = scratchFolder();
    const result = await plimsoll(['run', scenarioFile(scenario('60/s, 240/s', '2s')), '--out', folder, '--quiet']);
    expect(result.leftBehind).toEqual([]);
    expect(result.exitCode, result.stderr).toBe(0);
    const dir = onlyRun(folder);
    const events = eventsOf(dir);
    const probes = probesOf(events);
    const end = events.find((event) => event.type === 'search-end');
    const line = events.find((event) => event.type === 'load-line');
    expect(probes.length).toBeGreaterThan(0);
    expect(probes.map(({ probe }) => probe)).toEqual(probes.map((_, index) => index));
    for (const probe of probes) {
      expect(probe.why.length).toBeGreaterThan(0);
      expect(probe.evidence.unaccounted).toBe(0);
      expect(probe.startNs).toBeLessThan(probe.measuredFromNs);
      expect(probe.scheduledEndNs).toBeLessThanOrEqual(probe.drainedNs);
      if (probe.ratePerSecond > 165) expect(probe.verdict).not.toBe('passed');
    }
    expect(end).toBeDefined();
    if (line?.type !== 'load-line') throw new Error('the search found no load line');
    expect(line.passedPerSecond).toBeLessThan(165);
    expect(end).toMatchObject({ passedPerSecond: line.passedPerSecond, failedPerSecond: line.failedPerSecond });
    const half = events.find((event) => event.type === 'stage' && event.phase === 1);
    expect(half).toMatchObject({ ratePerSecond: line.passedPerSecond / 2 });
    const written = readFileSync(join(dir, EXPORTS.summary.file), 'utf8');
    const summary = JSON.parse(written) as Summary;
    // Every probe's evidence, verdict and rate follow from the record alone.
    expect((await plimsoll(['report', dir])).exitCode).toBe(0);
    expect(readFileSync(join(dir, EXPORTS.summary.file), 'utf8')).toBe(written);
    expect(summary.loadLine).toEqual({ perSecond: line.passedPerSecond, from: 'measured' });
    expect(summary.capacities).toMatchObject([
      {
        phase: 'load line',
        passedPerSecond: line.passedPerSecond,
        probes: probes.map(({ verdict, evidence }) => ({ verdict, evidence })),
      },
    ]);
    const [search, after] = summary.phases;
    expect(search).toMatchObject({ offered: 0, stageSplit: null, consistencyError: null });
    // The analysis counts each probe from the record again, and comes to what the verdict rested on.
    expect(search?.stages.map(({ offered, good }) => ({ offered, good }))).toEqual(
      probes.map(({ evidence: { offered, good } }) => ({ offered, good })),
    );
    const goodput = (rates: readonly { readonly goodputPerSecond: number }[] = []) =>
      rates.map(({ goodputPerSecond }) => goodputPerSecond);
    expect(goodput(search?.stages)).toEqual(goodput(probes.map(({ evidence }) => evidence)));
    // And each sample names the probe it was made for.
    const { samples } = await readRecord(dir);
    const probeAt = (ns: number): number => probes.findLastIndex(({ startNs }) => startNs <= ns);
    for (let row = 0; row < samples.length; row++)
      if (samples.phase[row] === 0) expect(samples.stage[row]).toBe(probeAt(samples.intendedNs[row] ?? NaN));
    expect(after?.scheduledPerSecond).toBeCloseTo(line.passedPerSecond / 2, 6);
    expect(readFileSync(join(dir, EXPORTS.report.file), 'utf8')).toContain('id="load-line"');
  }, 90_000);

  it('ends as invalid, with record and report, where a later phase needs a load line that was not found', async () => {
    const folder = scratchFolder();
    const result = await plimsoll(['run', scenarioFile(scenario('320/s, 640/s', '500ms')), '--out', folder, '--quiet']);
    expect(result.exitCode, result.stderr).toBe(4);
    expect(result.leftBehind).toEqual([]);
    expect(result.stderr).toMatch(
      /phase "half" is to run at a multiple of the load line, and phase "load line" found none/,
    );
    expect(result.stderr).not.toMatch(/\n\s+at /);
    const dir = onlyRun(folder);
    expect(result.stderr).toContain(dir);
    expect((JSON.parse(readFileSync(join(dir, FILES.manifest), 'utf8')) as Manifest).status).toBe('failed');
    for (const { file } of [EXPORTS.summary, EXPORTS.report, EXPORTS.gate])
      expect(existsSync(join(dir, file)), file).toBe(true);
    expect(result.stdout).toContain('The lowest rate of the search is not sustained');
    const events = eventsOf(dir);
    expect(probesOf(events).every(({ verdict }) => verdict !== 'passed')).toBe(true);
    expect(events.filter(({ type }) => type === 'search-end')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'load-line')).toEqual([]);
  }, 60_000);

  it('reports what is left when one of four replicas is lost, and does not take that for the load line', async () => {
    const folder = scratchFolder();
    const text = mockScenario({
      backend: '{ mock: tools, replicas: 4, workers: 1, service-time: { constant: 25ms } }',
      calls: '- { tool: search, arguments: { query: hull }, expect: derived, deadline: 5s }',
      phases:
        '- { name: damaged, regime: capacity, between: [60/s, 240/s], step: 1s, resolution: 50%, ' +
        'confirmations: 1, without: backend-2, operating: 50/s }\n  - { name: whole again, regime: steady, ' +
        'rate: 20/s, for: 1s, warmup: 0s }',
    });
    const result = await plimsoll(['run', scenarioFile(text), '--out', folder, '--quiet']);
    expect(result.leftBehind).toEqual([]);
    expect(result.exitCode, result.stderr).toBe(0);
    const dir = onlyRun(folder);
    const events = eventsOf(dir);
    const incarnations = events.flatMap((event) =>
      event.type === 'service' && event.service === 'backend-2' ? [event] : [],
    );
    expect(incarnations.map(({ edge }) => edge).slice(0, 6)).toEqual([
      'spawned',
      'ready',
      'stopping',
      'exited',
      'spawned',
      'ready',
    ]);
    expect(incarnations.find(({ edge }) => edge === 'exited')?.unexpected).toBe(false);
    const probes = probesOf(events);
    const gone = incarnations.find(({ edge }) => edge === 'exited')?.atNs ?? Infinity;
    const back = incarnations.filter(({ edge }) => edge === 'ready').at(-1)?.atNs ?? 0;
    for (const probe of probes) {
      expect(probe.startNs).toBeGreaterThan(gone);
      expect(probe.drainedNs).toBeLessThan(back);
      // Three replicas of 40/s are left.
      if (probe.ratePerSecond > 125) expect(probe.verdict).not.toBe('passed');
    }
    expect(events.filter(({ type }) => type === 'load-line')).toEqual([]);
    const summary = JSON.parse(readFileSync(join(dir, EXPORTS.summary.file), 'utf8')) as Summary;
    expect(summary.loadLine).toBeNull();
    const [search] = summary.capacities;
    const { passedPerSecond = null, failedPerSecond = null } = search ?? {};
    expect(search?.without).toBe('backend-2');
    expect(search?.recovery).toEqual(
      passedPerSecond === null
        ? null
        : {
            operatingPerSecond: 50,
            lowPerSecond: passedPerSecond - 50,
            highPerSecond: failedPerSecond === null ? null : failedPerSecond - 50,
            headroom: 1 - 50 / passedPerSecond,
          },
    );
    expect(summary.phases.find(({ name }) => name === 'whole again')?.outcomes.ok).toBe(20);
  }, 90_000);
});
