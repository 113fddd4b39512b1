/**
 * A capacity search of three processes: with a server whose every wait follows from its arrivals, the probes of all
 * together are those of one process, verdict by verdict, and every process goes on at the same rate.
 */
import { describe, expect, it } from 'vitest';
import { takeEpoch } from '../../src/clock/index.js';
import type { Generator } from '../../src/load/index.js';
import { planOf, type LoadSegment } from '../../src/plan/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { CALLS_PER_SHARD, SAMPLE_FLAGS, SpoolEncoder, type ProbeEvent, type RunEvent } from '../../src/record/index.js';
import { searchPhase } from '../../src/run/capacity.js';
import { runPhases } from '../../src/run/phases.js';
import type { PhasesSetup, SharedRun } from '../../src/run/phases-setup.js';
import { SpoolTap } from '../../src/run/spool-tap.js';
import { readScenario } from '../../src/scenario/index.js';
import { constantArrivals, serve } from '../analysis/fixtures/simulation.js';
import { mockScenario, scenarioFile } from '../e2e/plimsoll.js';
import { okSample } from '../record/samples.js';

const MS = 1e6;
/** Four workers of 25 ms. */
const SERVER = { workers: 4, serviceNs: () => 25 * MS };
const CAPACITY = 160;
const OF = 3;
/** What the clock of the last shard is behind by: ten times a service. */
const BEHIND_NS = 250 * MS;

const read = readScenario(
  scenarioFile(
    mockScenario({
      phases: `- { name: limit, regime: capacity, between: [50/s, 400/s], step: 2s, resolution: 30% }
  - { name: half, regime: steady, rate: 0.5x, for: 1s, warmup: 0s }`,
    }),
  ),
  { environment: {} },
);
const PLAN = planOf(read.scenario);
const TABLES = {
  phases: PLAN.phases.map(({ name }) => name),
  calls: ['search'],
  operations: ['tools/call'],
  tools: ['search'],
};

/** Notes of processes that are one. */
class Notes {
  readonly left = new Map<string, Readonly<Record<string, unknown>>>();
  readonly sizes: number[] = [];

  put(name: string, value: object): void {
    const text = JSON.stringify(value);
    this.sizes.push(text.length);
    this.left.set(name, JSON.parse(text) as Readonly<Record<string, unknown>>);
  }

  async next(name: string, abort: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const found = this.left.get(name);
      if (found !== undefined) return found;
      abort.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

interface Process {
  readonly events: RunEvent[];
  /** What its generator was asked for, and the numbers of the arrivals that it made. */
  readonly ran: { readonly segment: LoadSegment; readonly arrivals: readonly number[] }[];
  readonly setup: PhasesSetup;
}

/** One of `of` processes, which calls the server. */
function processOf(index: number, of: number, notes: Notes, interrupt: AbortSignal): Process {
  const epoch = takeEpoch();
  const shiftNs = index > 0 && index === of - 1 ? BEHIND_NS : 0;
  const shard: SharedRun = {
    ...{ index, of, shiftNs },
    publish: (name, value) => {
      notes.put(name, value);
      return Promise.resolve();
    },
    receive: (name) => notes.next(name, interrupt),
    take: async (name) => {
      const found = await notes.next(name, interrupt);
      notes.left.delete(name);
      return found;
    },
    begin: async (phase, _noticeNs, part = 0) => {
      const name = `go-${phase}-${part}`;
      if (index === 0) notes.put(name, { atNs: (phase * 1_000 + part * 20) * 1e9 });
      return Number((await notes.next(name, interrupt))['atNs']) - shiftNs;
    },
  };
  const tap = new SpoolTap(TABLES);
  const events: RunEvent[] = [];
  const ran: Process['ran'] = [];
  let callId = index * CALLS_PER_SHARD;
  const generator: Generator = {
    pacing: 'sleep',
    ...{ sessions: 1, interrupt: () => undefined, close: () => Promise.resolve() },
    live: () => {
      throw new Error('no one reads it');
    },
    run: (segment, warmupNs, onStart, startNs = 0) => {
      if (segment.loop === 'closed') throw new Error('there is none');
      onStart?.(startNs);
      const all = serve(constantArrivals(segment.stages), SERVER);
      const own = all.map((_, n) => n).filter((n) => n % of === index);
      ran.push({ segment, arrivals: own });
      const spool = new SpoolEncoder((chunk) => tap.take(chunk));
      for (const n of own) {
        const { intendedNs = 0, startedNs = 0, finishedNs = 0, doneNs = 0 } = all[n] ?? {};
        const at = (ns: number): number => Math.round(startNs + ns);
        spool.append(
          okSample({
            ...{ callId: callId++, phase: segment.phase, intendedNs: at(intendedNs), admittedNs: at(intendedNs) },
            ...{ sentNs: at(intendedNs), receivedNs: at(intendedNs), startedNs: at(startedNs) },
            ...{ finishedNs: at(finishedNs), firstByteNs: at(doneNs), doneNs: at(doneNs) },
            flags: SAMPLE_FLAGS.final | (intendedNs < warmupNs ? SAMPLE_FLAGS.warmup : 0),
          }),
        );
      }
      spool.flush();
      const scheduledEndNs = startNs + segment.stages.reduce((sum, { forNs }) => sum + forNs, 0);
      const drainedNs = Math.max(scheduledEndNs, ...own.map((n) => startNs + (all[n]?.doneNs ?? 0)));
      const [offered, sent] = [own.length, own.length];
      return Promise.resolve({ startNs, scheduledEndNs, drainedNs, offered, sent, shed: 0, interrupted: false });
    },
  };
  return {
    ...{ events, ran },
    setup: {
      ...{ plan: PLAN, generator, epoch, tap, interrupt },
      stack: { controls: new Map() } as unknown as PhasesSetup['stack'],
      event: (event) => events.push(event),
      shard: of === 1 ? null : shard,
      begun: () => undefined,
      probing: () => undefined,
      standstills: () => [],
      machineSource: 'measured',
    },
  };
}

const together = (of: number, notes = new Notes(), abort = new AbortController().signal): readonly Process[] =>
  Array.from({ length: of }, (_, index) => processOf(index, of, notes, abort));

const probesOf = ({ events }: Process): readonly ProbeEvent[] => events.filter((event) => event.type === 'probe');

describe('a capacity search of three processes', () => {
  it('judges the probes of one process, and all of them go on at its load line', async () => {
    const notes = new Notes();
    const [alone] = together(1);
    const three = together(OF, notes);
    const [first, ...others] = three;
    if (alone === undefined || first === undefined) throw new Error('there are processes');
    await Promise.all([alone, ...three].map(({ setup }) => runPhases(setup)));

    const judged = (of: Process) =>
      probesOf(of).map(({ ratePerSecond, purpose, verdict, startNs, scheduledEndNs, drainedNs, evidence }) => ({
        ...{ ratePerSecond, purpose, verdict, lengthNs: scheduledEndNs - startNs },
        drainNs: Math.round((drainedNs - scheduledEndNs) / MS),
        ...{ offered: evidence.offered, good: evidence.good, source: evidence.queueAge.source },
        oldestMs: Math.round(evidence.queueAge.maxNs / MS),
        growth: evidence.queueAge.slope?.nsPerSecond.toPrecision(6),
      }));
    expect(judged(first)).toEqual(judged(alone));
    const verdicts = new Map(probesOf(first).map(({ ratePerSecond, verdict }) => [ratePerSecond, verdict]));
    for (const [rate, verdict] of verdicts) if (rate > CAPACITY * 1.02) expect(verdict, `${rate}/s`).toBe('failed');
    expect([...verdicts.values()]).toEqual(expect.arrayContaining(['passed', 'failed']));

    const line = first.events.find((event) => event.type === 'load-line');
    if (line?.type !== 'load-line') throw new Error('no load line was found');
    expect(line.passedPerSecond).toBeLessThan(CAPACITY * 1.02);
    for (const { ran } of three)
      expect(ran.at(-1)?.segment).toMatchObject({ phase: 1, stages: [{ ratePerSecond: line.passedPerSecond / 2 }] });
    // Each arrival of each probe was made once.
    for (const [k, { arrivals }] of alone.ran.entries())
      expect(three.flatMap(({ ran }) => ran[k]?.arrivals ?? []).sort((a, b) => a - b)).toEqual(arrivals);
    // What was found is written down once, and no samples are left on the board.
    for (const { events } of others) expect(events).toEqual([]);
    expect([...notes.left.keys()].filter((name) => name.startsWith('probed-'))).toEqual([]);
  }, 30_000);

  it('is over for all where the lowest rate fails, with the words of the first', async () => {
    const low = { lowPerSecond: 300, highPerSecond: 400 };
    const ends = await Promise.all(
      together(OF).map(({ setup }) => {
        const [phase] = PLAN.phases;
        if (phase?.phase.load.kind !== 'search') throw new Error('the first phase is a search');
        return searchPhase(setup, phase, { ...phase.phase.load, between: low });
      }),
    );
    expect(ends[0]).toMatchObject({ ended: 'low-failed', loadLinePerSecond: null });
    expect(ends[0]?.seen).toContain('the queue grows');
    expect(ends.slice(1)).toEqual([ends[0], ends[0]]);
  }, 30_000);

  it('is broken off where one of them is stopped, and ends where a note is none', async () => {
    const stop = new AbortController();
    const notes = new Notes();
    const [first, , last] = together(OF, notes, stop.signal);
    if (first === undefined || last === undefined) throw new Error('there are processes');
    const waiting = Promise.all([runPhases(first.setup), runPhases(last.setup)]);
    setTimeout(() => stop.abort('SIGINT'), 50);
    await waiting;
    expect(first.events).toMatchObject([{ type: 'search-end', ended: 'interrupted' }]);
    notes.put('search-0-0', { kind: 'other' });
    const [, second] = together(OF, notes);
    if (second === undefined) throw new Error('there are processes');
    const thrown: unknown = await runPhases(second.setup).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ProblemError);
    expect(String(thrown)).toContain('the note "search-0-0" on the rendezvous can\'t be read');
  });
});
