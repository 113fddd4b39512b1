/** The first screen: what it chooses, and what its picture shows. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CALL_CLASSES, CLASS_OF, CLASS_STYLE } from '../../src/report/charts/theme.js';
import { OUTCOME_DEFS, outcomeFill } from '../../src/report/charts/outcome-patterns.js';
import { analyse, type PhaseSummary, type Quantile, type Summary } from '../../src/analysis/index.js';
import { firstScreen } from '../../src/report/first-screen/index.js';
import { headlineNumbers } from '../../src/report/first-screen/headline-numbers.js';
import { timelineModel } from '../../src/report/first-screen/timeline-model.js';
import { RUN_DARK, RUN_LIGHT } from '../../src/report/layouts/colours.js';
import { segmentLabel } from '../../src/report/topics/breakdown.js';
import { PAGE_SCRIPT } from '../../src/report/script/index.js';
import type { RunView } from '../../src/report/index.js';
import { valueTone } from '../../src/report/words.js';
import { recordOf, type Attempt } from '../analysis/fixtures/record.js';
import { sketchPlan, stage } from '../analysis/fixtures/scenario.js';
import { fixtureFigures, fixtureInput, fixtureSummary, MS, PLAIN_NAMES, S } from './fixture.js';

const words = (source: string): string =>
  source
    .replace(/<script[\s\S]*?<\/script>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ');
const screen = firstScreen(fixtureInput()).html;
const text = words(screen);

describe('the first screen', () => {
  it('opens with the verdict, its reason, and how much was measured', () => {
    expect(text).toMatch(
      /^ Fail 1 passed, 2 failed, 1 inconclusive · measurement valid 53\.4 s · 23,110 calls · no baseline/,
    );
  });

  /** The sentence on the first growing queue of the overload. */
  const queueOf = (more: Partial<Summary['attributions'][number]>): string => {
    const attribution: Summary['attributions'][number] = {
      ...{ phase: 'overload', windowNs: S, windows: 10, firstGrowing: 'upstream', by: 'growth', evidence: null },
      ...{ stage: 'upstream-queue', gateway: null, onsetNs: 20 * S, onsetBy: 'windows', slotWaitShare: null },
      ...{ stages: [], gateways: [], ...more },
    };
    return words(firstScreen(fixtureInput(PLAIN_NAMES, { attributions: [attribution] })).html);
  };

  it('says of the first growing queue where it is and since when, as far as that is known', () => {
    const named = 'First growing queue: upstream queue , ';
    expect(queueOf({})).toContain(`${named}between +20 s and +21 s in overload (oldest call`);
    const byAge = queueOf({ by: 'endings', onsetNs: 20.03 * S, onsetBy: 'age' });
    expect(byAge).toContain(`${named}since +20 s in overload (oldest call`);
  });

  it('says in one phrase why there is no first growing queue, and never that its start is unknown', () => {
    expect(queueOf({ by: 'endings', onsetNs: null, onsetBy: null })).toMatch(
      /No queue grew in overload: response times were as long from its start on \(oldest call [^)]*\)/,
    );
    expect(
      queueOf({ firstGrowing: 'unknown', by: null, stage: null, onsetNs: null, onsetBy: null, windows: 2 }),
    ).toContain('First growing queue: unknown , too few windows with enough calls (2 of 4 needed).');
  });

  it('calls what grew first no queue where it is a hop', () => {
    const attribution: Summary['attributions'][number] = {
      ...{ phase: 'overload', windowNs: S, windows: 10, firstGrowing: 'network', by: 'growth', evidence: null },
      ...{ stage: 'return-hop', gateway: null, onsetNs: 5 * S, onsetBy: 'windows', slotWaitShare: null },
      ...{ stages: [], gateways: [] },
    };
    const line = words(firstScreen(fixtureInput(PLAIN_NAMES, { attributions: [attribution] })).html);
    expect(line).toContain('First to grow: network (return hop) , between +5 s and +6 s');
    expect(line).not.toContain('First growing queue');
  });

  it('splits the share of attempts without an answer as the bar below does, with the same whole', () => {
    const attribution: Summary['attributions'][number] = {
      ...{ phase: 'overload', windowNs: S, windows: 10, firstGrowing: 'upstream', by: 'growth', evidence: null },
      ...{ stage: 'upstream-queue', gateway: null, onsetNs: 5 * S, onsetBy: 'windows', slotWaitShare: null },
      ...{ stages: [], gateways: [] },
    };
    const ended = [
      { stage: 'upstream-queue', how: 'gave-up', attempts: 60, share: 0.06 },
      { stage: 'upstream-queue', how: 'shed', attempts: 10, share: 0.01 },
      { stage: 'return-hop', how: 'gave-up', attempts: 30, share: 0.03 },
    ] as const;
    const phases = fixtureSummary().phases.map((each) => ({
      ...each,
      stageSplit: each.name === 'overload' && each.stageSplit !== null ? { ...each.stageSplit, ended } : null,
    }));
    expect(phases.some(({ stageSplit }) => stageSplit !== null)).toBe(true);
    const line = words(firstScreen(fixtureInput(PLAIN_NAMES, { phases, attributions: [attribution] })).html);
    expect(line).toContain('70 % of the attempts without an answer ended there: 60 % timed out, 10 % shed.');
  });

  it('names what the client and the target shed, however few they are, and never puts them elsewhere', () => {
    const plan = sketchPlan({ phases: [{ name: 'overload', stages: [stage('main', 100, 10 * S)] }] });
    const gaveUp = { outcome: 'deadline', errorClass: 'deadline' } as const;
    const reset = { outcome: 'transport', errorClass: 'connection-reset' } as const;
    const received = (ns: number) => ({ receivedNs: ns + 1 * MS });
    const started = (ns: number) => ({ ...received(ns), startedNs: ns + 2 * MS });
    const finished = (ns: number) => ({ ...started(ns), finishedNs: ns + 8 * MS });
    const neverSent = { admittedNs: NaN, sentNs: NaN };
    const kinds: readonly (readonly [calls: number, of: (ns: number) => Partial<Attempt>])[] = [
      [800, finished],
      [60, (ns) => ({ ...received(ns), ...gaveUp })],
      [20, (ns) => ({ ...finished(ns), ...gaveUp })],
      [10, () => ({ ...reset, upstreamLog: true })],
      [6, () => ({ ...neverSent, outcome: 'shed', errorClass: 'client-queue-full' })],
      [4, (ns) => ({ ...received(ns), outcome: 'shed', errorClass: 'http-503' })],
      [3, () => ({ outcome: 'shed', errorClass: 'http-429', upstreamLog: true })],
      [2, (ns) => ({ ...started(ns), ...reset })],
    ];
    const attempts = kinds
      .flatMap(([calls, of]) => Array.from({ length: calls }, () => of))
      .map((of, callId): Attempt => {
        const intendedNs = callId * 10 * MS;
        return { ...of(intendedNs), callId, intendedNs, doneNs: intendedNs + 9 * MS };
      });
    const { phases } = analyse({ record: recordOf(plan, attempts), plan }).summary;
    const shown = firstScreen(fixtureInput(PLAIN_NAMES, { phases, recoveries: [] })).html;
    expect(words(shown)).toContain('Where the 105 attempts without an answer ended:');
    const list = /<ul class="endings">.*?<\/ul>/s.exec(shown)?.[0] ?? '';
    expect(
      words(list.replaceAll('</li>', ';'))
        .split(';')
        .map((each) => each.trim()),
    ).toEqual([
      '60 timed out in: upstream queue',
      '20 timed out in: return hop',
      '10 failed in: outbound hop',
      '7 shed by the target (overload)',
      '6 shed by the client (queue full)',
      '2 elsewhere',
      '',
    ]);
  });

  it('names under the verdict the gates that decided, where some judge no number of it', () => {
    expect(text).toMatch(/no baseline .*time-to-recover ≤ 3 s not within 4\.9 s .*duplicates count ≤ 0 37 /);
    const { gates } = fixtureInput();
    const passed = gates.results.map((each) => ({ ...each, verdict: 'pass' as const }));
    const many = [...passed, ...passed.slice(2), ...passed.slice(2), ...passed.slice(2)];
    const shown = words(firstScreen({ ...fixtureInput(), gates: { verdict: 'pass', results: many } }).html);
    expect(shown).toContain('and 5 more gates');
    const [first] = passed;
    if (first === undefined) throw new Error('The fixture has gates.');
    const only = words(firstScreen({ ...fixtureInput(), gates: { verdict: 'pass', results: [first] } }).html);
    expect(only).not.toContain('response-time p99 of');
  });

  it('says that a run is invalid where its gates would stand', () => {
    const invalid = words(
      firstScreen(fixtureInput(PLAIN_NAMES, { validity: { verdict: 'invalid', reasons: [] } })).html,
    );
    expect(invalid).toMatch(/^ Invalid /);
    expect(invalid).toContain('This run is invalid.');
  });

  it('names no gate under the verdict where none was judged', () => {
    const input = fixtureInput(PLAIN_NAMES, { validity: { verdict: 'invalid', reasons: [] } });
    const results = input.gates.results.map((result) => ({ ...result, verdict: 'invalid' as const }));
    expect(firstScreen({ ...input, gates: { verdict: 'invalid', results } }).html).not.toContain('class="gates"');
  });

  it('marks no value by a gate that was not judged', () => {
    expect(valueTone('invalid')).toBe('quiet');
    const input = fixtureInput(PLAIN_NAMES, { validity: { verdict: 'invalid', reasons: [] } });
    const results = input.gates.results.map((result) => ({ ...result, verdict: 'invalid' as const }));
    const states = headlineNumbers({ ...input, gates: { verdict: 'invalid', results } }).map(({ state }) => state);
    expect(states).toContain('quiet');
    expect(states).not.toContain('bad');
  });

  it('names the target, the commit and the machine, and what of them is unknown', () => {
    const envelope = {
      identity: { gitCommit: { value: '9dc9e72aabbccdd' }, plimsollVersion: { value: '0.1.0' } },
      host: { cpuModel: { value: 'AMD EPYC' }, cpuThreads: { value: 2 }, kernel: { value: 'Linux 6.18' } },
      target: { serverName: { value: 'berths' }, serverVersion: { value: '1.2.3' }, transport: { value: 'stdio' } },
    };
    const known = words(firstScreen({ ...fixtureInput(), envelope }).html);
    expect(known).toContain('berths 1.2.3 stdio AMD EPYC, 2 cores, Linux 6.18 Plimsoll 0.1.0 (9dc9e72)');
    expect(words(firstScreen({ ...fixtureInput(), envelope: null }).html)).toContain('target unknown machine unknown');
  });
});

describe('the headline numbers', () => {
  const numbers = headlineNumbers(fixtureInput());

  it('are at most four: idle median, tail under load, share on time, recovery', () => {
    expect(numbers.map(({ name }) => name)).toEqual([
      'Median, idle',
      'p99, steady',
      expect.stringMatching(/^On time, /),
      'Recovery',
    ]);
  });

  it('call one quantity by one word, and the phase that it is of by its name as that of a phase', () => {
    expect(numbers[0]).toMatchObject({ name: 'Median, idle', context: 'phase floor (closed loop)' });
    const strip = screen.slice(screen.indexOf('<svg class="clock wide"'), screen.indexOf('<svg class="clock narrow"'));
    expect(strip).toContain('>Phase</text>');
  });

  it('stand on a bar that reads as the share of their limit', () => {
    const tail = numbers[1];
    expect(tail).toMatchObject({ value: '51.1', unit: 'ms', bound: 'gate ≤ 100 ms', state: 'good', limit: 0.88 });
    expect(tail?.filled).toBeCloseTo((51.1 / 100) * 0.88, 3);
    expect(numbers[2]).toMatchObject({ unit: '% of calls', limit: null, bound: 'no gate', state: 'look' });
    expect(numbers[2]?.low).toBeLessThan(numbers[2]?.filled ?? 0);
    // A time without a limit is a share of nothing.
    const ungated = headlineNumbers({ ...fixtureInput(), gates: { verdict: 'pass', results: [] } });
    expect(ungated[1]).toMatchObject({ filled: null, low: null, high: null, limit: null, bound: 'no gate' });
  });

  it('say that a mark comes from a check where no gate judges the number', () => {
    const ungated = headlineNumbers({ ...fixtureInput(), gates: { verdict: 'pass', results: [] } });
    expect(ungated[3]).toMatchObject({ name: 'Recovery', state: 'bad', bound: 'by check, no gate' });
  });

  it('say which measures stayed in which range where nothing had to recover', () => {
    const recoveries = fixtureSummary()
      .recoveries.slice(0, 1)
      .map((each) => ({
        ...each,
        timeToRecover: { kind: 'not-degraded' } as const,
        normalRange: { maxP99Ns: 231 * MS, minGoodputPerSecond: 54 },
      }));
    const unaffected = headlineNumbers(fixtureInput(PLAIN_NAMES, { recoveries })).find(
      ({ name }) => name === 'Recovery',
    );
    expect(unaffected).toMatchObject({
      value: 'none needed',
      interval: 'p99 ≤ 231 ms and goodput ≥ 54/s: as before it',
    });
  });

  it('say of a phase whose stages differ which rates it had, and that they are of all of it', () => {
    const overload = fixtureSummary().phases.filter(({ stages }) => stages.length >= 2);
    const [phase] = overload;
    if (phase === undefined) throw new Error('The fixture has a phase with stages.');
    const well = { ...phase, missRatio: 0, stages: phase.stages.map((each) => ({ ...each, missRatio: 0 })) };
    const shown = headlineNumbers(fixtureInput(PLAIN_NAMES, { phases: [well], recoveries: [] }));
    const rates = phase.stages.map(({ ratePerSecond }) => ratePerSecond);
    const context = `${Math.min(...rates)}/s to ${Math.max(...rates)}/s`;
    const goodput = shown.find(({ name }) => name.startsWith('Goodput'));
    expect(goodput).toMatchObject({ name: `Goodput, all of ${phase.name}`, context, filled: phase.goodRatio });
    expect(shown.find(({ name }) => name === `p99, all of ${phase.name}`)?.context ?? context).toBe(context);
  });

  it('say of a recovery that never came within what time it did not, not that it took longer', () => {
    expect(numbers[3]).toMatchObject({
      before: 'not within',
      value: '4.9',
      unit: 's',
      state: 'bad',
      interval: 'observation ended',
    });
    expect(text).toContain('Recovery after down on upstream not within 4.9 s observation ended');
  });

  /** The phases of the fixture, the quantiles of all calls of one of them as they are given. */
  const phasesWith = (phase: string, quantiles: readonly Quantile[]): readonly PhaseSummary[] =>
    fixtureSummary().phases.map((each) =>
      each.name === phase
        ? { ...each, responseTime: { ...each.responseTime, all: { ...each.responseTime.all, quantiles } } }
        : each,
    );

  it('have the tail of all calls: where one of a hundred had no answer, it is beyond the deadline', () => {
    const phases = phasesWith('steady', [{ kind: 'censored', q: 0.99, ns: 250 * MS }]);
    const [, tail] = headlineNumbers(fixtureInput(PLAIN_NAMES, { phases }));
    expect(tail).toMatchObject({
      name: 'p99, steady',
      value: '> 250',
      unit: 'ms',
      interval: 'a lower bound: no answer',
    });
  });

  it('have the tail of the first loaded phase whose p99 can be told', () => {
    const phases = phasesWith('steady', [
      { kind: 'value', q: 0.95, ns: 20 * MS, lowNs: null, highNs: null },
      { kind: 'not-estimable', q: 0.99, n: 300, needed: 662 },
    ]);
    const names = (given: readonly PhaseSummary[]): readonly string[] =>
      headlineNumbers(fixtureInput(PLAIN_NAMES, { phases: given })).map(({ name }) => name);
    expect(names(phases.filter(({ name }) => name === 'steady'))[0]).toBe('p95, steady');
    const [steady] = phases.filter(({ name }) => name === 'steady');
    const [whole] = fixtureSummary().phases.filter(({ name }) => name === 'steady');
    if (steady === undefined || whole === undefined) throw new Error('The fixture has a steady phase.');
    expect(names([steady, { ...whole, name: 'longer' }])[0]).toBe('p99, longer');
  });

  it('have the drain of an overload as the recovery of a run without a fault', () => {
    const of = (drainNs: number | null, observedNs = 8 * S) => {
      const phases = fixtureSummary().phases.map((each) =>
        each.drain === null ? each : { ...each, drain: { ...each.drain, drainNs, observedNs } },
      );
      return headlineNumbers(fixtureInput(PLAIN_NAMES, { phases, recoveries: [] })).find(
        ({ name }) => name === 'Recovery',
      );
    };
    expect(of(5.2 * S)).toMatchObject({ value: '5.2', unit: 's', context: 'backlog of overload', state: 'quiet' });
    expect(of(null)).toMatchObject({ before: 'not within', value: '8', unit: 's', state: 'look' });
    // The run was interrupted before the overload was over.
    expect(of(null, 0)).toBeUndefined();
    expect(of(0, 0)).toBeUndefined();
  });

  it('have the age of the oldest unanswered call as the recovery where an empty queue can not be seen', () => {
    const of = (ns: number | null, gates?: RunView['gates']) => {
      const ageAsBefore = { ns, maxNs: 22 * MS, phase: 'half' };
      const blind = { drainNs: null, observedNs: 4 * S, emptyWhen: 'none-in-system', ageAsBefore } as const;
      const phases = fixtureSummary().phases.map((each) =>
        each.drain === null ? each : { ...each, drain: { ...each.drain, ...blind } },
      );
      const input = fixtureInput(PLAIN_NAMES, { phases, recoveries: [] });
      return headlineNumbers({ ...input, gates: gates ?? input.gates }).find(({ name }) => name === 'Recovery');
    };
    expect(of(1.2 * S)).toMatchObject({
      ...{ value: '1.2', unit: 's', state: 'quiet', context: 'backlog of overload' },
      interval: 'oldest unanswered call ≤ 22 ms, as before',
    });
    expect(of(null)).toMatchObject({
      ...{ before: 'not within', value: '4', unit: 's', state: 'look' },
      interval: 'oldest unanswered call ≤ 22 ms, as before; observation ended',
    });
    // A gate on the drain is about an empty queue.
    const { gates } = fixtureInput();
    const [first] = gates.results;
    if (first === undefined) throw new Error('The fixture has gates.');
    const onDrain = { ...first, gate: { ...first.gate, metric: 'backlog-drain', phase: 'overload' } as const };
    expect(of(1.2 * S, { ...gates, results: [onDrain] })).toMatchObject({ before: 'not within', value: '4' });
  });

  it('carry the change against a baseline, where the run was judged by one', () => {
    const [first] = fixtureInput().gates.results;
    if (first === undefined) throw new Error('The fixture has gates.');
    const change = {
      versus: 'baseline',
      kind: 'ratio',
      limit: 0.1,
      atLeast: null,
      level: 'error',
      sessions: 5,
      estimate: 0.125,
      low: 0.05,
      high: 0.2,
      pWorse: 0.01,
      minimumDetectable: 0.03,
    } as const;
    const judged: RunView = {
      ...fixtureInput(),
      gates: { verdict: 'regress', results: [first, { ...first, verdict: 'regress', change }] },
    };
    expect(headlineNumbers(judged)[1]?.change).toEqual({ text: '+12.5 %', state: 'bad' });
    expect(numbers[1]?.change).toBeNull();
  });
});

describe('the timeline', () => {
  const summary = fixtureSummary();
  const figures = fixtureFigures(summary);
  const model = timelineModel(figures, summary);

  it('has response time, outcomes, queue age, CPU and memory on one clock', () => {
    expect(model?.panes.map(({ id }) => id)).toEqual(['response', 'outcomes', 'queue', 'cpu', 'memory']);
    expect(model).toMatchObject({ fromS: 0 });
  });

  it('writes a quantile above the first call without an answer as a lower bound', () => {
    const rows = new Map(model?.panes[0]?.tracks.map(({ id, texts }) => [id, texts]));
    const overload = figures.response.knownShare.indexOf(0.5);
    expect(rows.get('p50')?.[overload]).not.toContain('>');
    expect(rows.get('p90')?.[overload]).toMatch(/^> /);
    expect(rows.get('p90')?.[0]).not.toContain('>');
  });

  it('stacks outcomes to what was offered, and names only those that occur', () => {
    const outcomes = model?.panes[1];
    expect(outcomes?.tracks.map(({ id }) => id)).toEqual(['offered', 'transport', 'shed', 'deadline', 'late', 'good']);
  });

  it('shows the age of abandoned calls above that of waiting ones', () => {
    const [abandoned, waiting] = model?.panes[2]?.tracks ?? [];
    expect([abandoned?.id, waiting?.id]).toEqual(['abandoned', 'waiting']);
    expect(timelineModel({ ...figures, abandonedAgesNs: null }, summary)?.panes[2]?.tracks[0]?.id).toBe('waiting');
  });

  it('puts the crosshair where most went wrong', () => {
    const at = (model?.moments.fromS ?? 0) + (model?.at ?? 0) * (model?.moments.widthS ?? 0);
    expect(at).toBeGreaterThan(14);
    expect(at).toBeLessThan(19);
  });

  it('bands each fault through all panes, and names it once', () => {
    const wide = screen.slice(screen.indexOf('<svg class="clock wide"'), screen.indexOf('<svg class="clock narrow"'));
    expect(wide.split('class="fault"').length - 1).toBe(figures.faults.length);
    expect(wide.match(/>fault: latency on upstream, 5 s<\/text>/g)).toHaveLength(1);
  });

  it('writes names as text, in pictures and in what the script reads', () => {
    const hostile = fixtureInput({
      ...PLAIN_NAMES,
      phase: '</text></svg><script>alert(1)</script>',
      tool: '__proto__',
    });
    const shown = firstScreen(hostile).html;
    expect(shown.match(/<script[^>]*>/g)).toEqual(['<script type="application/json" class="clock-data">']);
    expect(shown).toContain('\\u003c/text\\u003e');
  });

  it('is left out of a run without calls', () => {
    const none = { ...figures, response: { ...figures.response, fromNs: [] } };
    expect(timelineModel(none, summary)).toBeNull();
  });

  it('stays within the marks that a browser moves at ease', () => {
    expect((model?.moments.length ?? 0) <= 200).toBe(true);
    expect(JSON.stringify(model).length).toBeLessThan(400_000);
  });

  it('dates its windows as the rest of the report does', () => {
    expect(model?.moments.texts[1]).toBe('+0.5 s');
    expect(figures.response.windowNs).toBe(0.5 * S);
    expect(MS).toBe(1e6);
  });
});

/** CIE L* of a colour, D65: 0 black, 100 white. */
function lightness(hex: string): number {
  const linear = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  const y = 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (y * 24389) / 27;
}

describe.each([
  ['light', RUN_LIGHT],
  ['dark', RUN_DARK],
])('the colours of outcomes on %s paper', (_, palette) => {
  const toneOf = (colour: string): number => {
    const name = /--[a-z-]+/.exec(colour)?.[0] ?? '';
    return lightness(new RegExp(`${name}:(#[0-9a-f]{6})`).exec(palette)?.[1] ?? '');
  };

  it('have every failure 20 L* or more from success', () => {
    const good = toneOf(CLASS_STYLE.good.colour);
    for (const drawn of CALL_CLASSES.filter((each) => each !== 'good'))
      expect(Math.abs(toneOf(CLASS_STYLE[drawn].colour) - good), drawn).toBeGreaterThanOrEqual(20);
  });
});

describe('the colours of outcomes on dark paper', () => {
  const toneIn = (palette: string, drawn: (typeof CALL_CLASSES)[number]): number => {
    const name = /--[a-z-]+/.exec(CLASS_STYLE[drawn].colour)?.[0] ?? '';
    return lightness(new RegExp(`${name}:(#[0-9a-f]{6})`).exec(palette)?.[1] ?? '');
  };

  it('are as far from it in the same order as they are from light paper', () => {
    for (const one of CALL_CLASSES)
      for (const other of CALL_CLASSES) {
        const further = toneIn(RUN_LIGHT, other) - toneIn(RUN_LIGHT, one);
        // Below that the hatch alone keeps two apart.
        if (further < 4) continue;
        expect(toneIn(RUN_DARK, one), `${one} over ${other}`).toBeGreaterThan(toneIn(RUN_DARK, other));
      }
  });

  it('leave the brightest tones to text, lines and the gravest outcome', () => {
    for (const drawn of CALL_CLASSES.filter((each) => each !== 'wrong'))
      expect(toneIn(RUN_DARK, drawn), drawn).toBeLessThanOrEqual(66);
  });
});

describe.each([
  ['light', RUN_LIGHT],
  ['dark', RUN_DARK],
])('the ribbons of response times on %s paper', (_, palette) => {
  it('are apart by 15 L* or more, in the order of the quantiles', () => {
    const tones = ['--lat50', '--lat90', '--lat99'].map((name) =>
      lightness(new RegExp(`${name}:(#[0-9a-f]{6})`).exec(palette)?.[1] ?? ''),
    );
    const steps = [(tones[1] ?? NaN) - (tones[0] ?? NaN), (tones[2] ?? NaN) - (tones[1] ?? NaN)];
    for (const step of steps) expect(Math.abs(step)).toBeGreaterThanOrEqual(15);
    expect(Math.sign(steps[0] ?? NaN)).toBe(Math.sign(steps[1] ?? NaN));
  });
});

it('a stage of the latency breakdown is named in its segment, as far as there is room', () => {
  expect(segmentLabel('upstream-queue', 0.74, 800)).toBe('upstream queue 74 %');
  expect(segmentLabel('upstream-queue', 0.14, 800)).toBe('upstream queue');
  expect(segmentLabel('upstream-queue', 0.06, 800)).toBe('6 %');
  expect(segmentLabel('upstream-queue', 0.02, 800)).toBe('');
});

it('every outcome but success has a hatch of its own, so that greyscale tells them apart', () => {
  const tiles = Array.from(OUTCOME_DEFS.html.matchAll(/<pattern id="o-([a-z]+)"[\s\S]*?<\/pattern>/g), (match) => [
    match[1],
    match[0].replace(/ id="[^"]*"/, '').replace(/var\(--c-[a-z]+\)/, ''),
  ]);
  expect(tiles.map(([name]) => name)).toEqual(CALL_CLASSES.filter((each) => each !== 'good'));
  expect(new Set(tiles.map(([, tile]) => tile)).size).toBe(tiles.length);
  for (const drawn of Object.values(CLASS_OF)) expect(outcomeFill(drawn)).toMatch(/^url\(#o-/);
});

it('the digest beside the script is that of the script', () => {
  expect(PAGE_SCRIPT.digest).toBe(`sha256-${createHash('sha256').update(PAGE_SCRIPT.source).digest('base64')}`);
  expect(PAGE_SCRIPT.source).not.toMatch(/\beval\b|\bFunction\(|window\.|innerHTML\s*=\s*data|fetch\(|XMLHttp/);
});
