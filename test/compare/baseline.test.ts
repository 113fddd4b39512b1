/** Stored baselines: what is kept of runs, which baseline a run may be judged by, and the verdicts. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import {
  baselineFor,
  baselineResults,
  compareTrials,
  emptyBaseline,
  expectedOf,
  judgeByBaseline,
  keepingRuns,
  keyOf,
  withRun,
} from '../../src/compare/index.js';
import { captureEnvelope, type Envelope } from '../../src/envelope/index.js';
import { withResults } from '../../src/gate/index.js';
import { seededRandom } from '../../src/random/index.js';
import { firstOfSessions, type BaselineChoice, type BaselineFile } from '../../src/record/index.js';
import { comparativeGatesFromTexts } from '../../src/scenario/index.js';
import { input, machine, SERVER_FILES } from '../envelope/machines.js';
import { asIs, rowsOf, slowerBy } from './trials.js';

const envelope = await captureEnvelope(input(), machine(SERVER_FILES));

const gates = (...texts: readonly string[]) => comparativeGatesFromTexts(texts, 'gates');
const versus = (more: string): string => `{ metric: response-time, stat: p99, versus: baseline, ${more} }`;

const valid: Summary['validity'] = { verdict: 'valid', reasons: [] } as unknown as Summary['validity'];

/** Runs of so many days whose numbers spread by a share, each day's in common. */
function days(factors: readonly number[]): readonly Summary[] {
  const [row] = rowsOf({ only: asIs }, 1);
  const [trial] = row ?? [];
  if (trial === undefined) throw new Error('no trial');
  return factors.map((factor, day) => ({
    ...slowerBy(factor)(trial.summary),
    validity: valid,
    runId: `day-${day}`,
    startedUtc: `2026-11-${String(day + 1).padStart(2, '0')}T10:00:00.000Z`,
  }));
}

const stored = (runs: readonly Summary[], of: Envelope = envelope): BaselineFile =>
  runs.reduce(
    (file, summary) => withRun(file, { summary, envelope: of }),
    emptyBaseline(keyOf({ summary: runs[0] ?? (days([1])[0] as Summary), envelope: of })),
  );

const found = (factors: readonly number[]): BaselineChoice => ({ kind: 'found', file: stored(days(factors)) });

/** A run of another day. */
function another(factor: number): Summary {
  const [summary] = days([factor]);
  if (summary === undefined) throw new Error('no run');
  return { ...summary, runId: 'another', startedUtc: '2026-12-24T10:00:00.000Z' };
}

const QUIET = [1, 1.01, 0.99, 1.02, 0.98];
const LOUD = [0.88, 0.94, 1, 1.065, 1.134];

const outcome = (summary: Summary, choice: BaselineChoice, text = versus('max-increase: 10%')) =>
  judgeByBaseline(gates(text), [summary], choice)[0]?.outcomes.find(({ where }) => where.includes('ok calls'));

describe('a baseline', () => {
  it('keeps every number of each run by time of start, in a form that fits its schema', () => {
    const runs = days(QUIET);
    const inOrder = stored(runs);
    const [first, second, ...rest] = runs;
    expect(stored([second, ...rest, first] as readonly Summary[]).runs).toEqual(inOrder.runs);
    const p99 = inOrder.numbers.find(
      ({ metric, stat, tool, where }) =>
        metric === 'response-time' && stat === 'p99' && tool === null && where === 'steady, ok calls',
    );
    const day = p99?.values[0] ?? NaN;
    QUIET.forEach((factor, index) => expect((p99?.values[index] ?? NaN) / day).toBeCloseTo(factor, 4));
    const schema = JSON.parse(
      readFileSync(new URL('../../schema/baseline-v1.json', import.meta.url), 'utf8'),
    ) as object;
    const validate = new Ajv2020({
      allErrors: true,
      strict: true,
      strictRequired: false,
      allowUnionTypes: true,
    }).compile(schema);
    expect(validate(JSON.parse(JSON.stringify(inOrder))), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...inOrder, winner: 'me' })).toBe(false);
  });

  it('is small: a run more is a number more in each line', () => {
    const bytesOf = (runs: readonly number[]): number => JSON.stringify(stored(days(runs))).length;
    expect(bytesOf(QUIET)).toBeLessThan(100_000);
    expect(bytesOf([...QUIET, ...QUIET]) - bytesOf(QUIET)).toBeLessThan(10_000);
  });

  it('stores no quantile with too few samples beyond it, and no number that a run does not have', () => {
    const numbers = stored(days(QUIET)).numbers.filter(({ metric }) => metric === 'response-time');
    expect(numbers.some(({ stat }) => stat === 'p99.9')).toBe(false);
    expect(numbers.every(({ values }) => values.some((value) => value !== null))).toBe(true);
  });

  it('loses runs without losing the order of the others', () => {
    const file = keepingRuns(stored(days(QUIET)), ({ runId }) => runId !== 'day-2');
    expect(file.runs.map(({ runId }) => runId)).toEqual(['day-0', 'day-1', 'day-3', 'day-4']);
    expect(file.numbers.every(({ values }) => values.length === 4)).toBe(true);
  });

  it('counts runs of one boot and hour once', () => {
    const at = (startedUtc: string, bootId: string | null) => ({
      ...{ startedUtc, bootId, runId: startedUtc, seed: 1, gitCommit: null, node: null },
    });
    const runs = [
      at('2026-11-01T10:00:00Z', 'a'),
      at('2026-11-01T10:50:00Z', 'a'),
      at('2026-11-01T11:40:00Z', 'a'),
      at('2026-11-01T11:41:00Z', 'b'),
      at('2026-11-01T12:40:01Z', 'a'),
    ];
    expect(firstOfSessions(runs)).toEqual([0, 3, 4]);
    expect(firstOfSessions(runs.slice(0, 2).map((run) => ({ ...run, bootId: null })))).toEqual([0]);
  });

  it('expects another session in the prediction interval: five at 10 % see about 36 %', () => {
    const file = stored(days(LOUD));
    const number = file.numbers.find(
      ({ metric, stat, tool }) => metric === 'response-time' && stat === 'p50' && tool === null,
    );
    const expected = expectedOf(number?.values ?? [], file.runs, { metric: 'response-time', stat: 'p50' });
    expect(expected?.sessions).toBe(5);
    expect(expected?.sees).toBeCloseTo(0.36, 1);
    expect((expected?.high ?? NaN) / (expected?.middle ?? NaN) - 1).toBeCloseTo(expected?.sees ?? NaN, 6);
  });
});

describe('a goodput of 0', () => {
  const goodput = '{ metric: goodput, stat: rate, versus: baseline, max-decrease: 10% }';
  const scaledTo = (summary: Summary, factor: number): Summary => ({
    ...summary,
    phases: summary.phases.map((phase) => ({ ...phase, goodputPerSecond: phase.goodputPerSecond * factor })),
  });
  const sessions = (factors: readonly number[]): BaselineChoice => ({
    kind: 'found',
    file: stored(days(factors.map(() => 1)).map((summary, day) => scaledTo(summary, factors[day] ?? 1))),
  });
  const judged = (factor: number, choice: BaselineChoice) =>
    judgeByBaseline(gates(goodput), [scaledTo(another(1), factor)], choice)[0]?.outcomes[0];

  it('is a regress against sessions that had some', () => {
    const found = judged(0, sessions(QUIET));
    expect(found).toMatchObject({ verdict: 'regress', measured: 0 });
    expect(found?.change?.estimate).toBeCloseTo(-1, 6);
    expect(found?.why).toMatch(/^−100 % /);
  });

  it('is never passed because one of the sessions had none', () => {
    expect(judged(1, sessions([...QUIET, 0]))?.verdict).toBe('inconclusive');
    expect(judged(0, sessions([0, 0, 0, 0, 0]))).toMatchObject({ verdict: 'inconclusive', change: null });
  });
});

describe('the choice of a baseline', () => {
  const key = keyOf({ summary: another(1), envelope });

  it('is the one of the same scenario, machine and version', () => {
    const file = stored(days(QUIET));
    expect(baselineFor([file], key)).toEqual({ kind: 'found', file });
  });

  it.each([
    ['another version of the scenario', { identity: { ...input().identity, scenarioDigest: 'f'.repeat(64) } }, {}],
    ['another version of plimsoll', { identity: { ...input().identity, plimsollVersion: '9.9.9' } }, {}],
    ['another machine', {}, { '/proc/self/status': 'Cpus_allowed_list:\t0-3\n' }],
  ])('is none where it is of %s, and says in what they differ', async (sort, overrides, files) => {
    const other = await captureEnvelope(input(overrides), machine({ ...SERVER_FILES, ...files }));
    const choice = baselineFor([stored(days(QUIET), other)], key);
    expect(choice.kind).toBe('unlike');
    expect(choice.kind === 'unlike' ? choice.why : '').toContain(`the baseline is of ${sort} (`);
  });

  it('is none where nothing is stored for the scenario, and says how to store it', () => {
    const choice = baselineFor([{ ...stored(days(QUIET)), name: 'other', fingerprint: 'x' }], key);
    expect(choice).toMatchObject({ kind: 'none' });
    expect(choice.kind === 'none' ? choice.why : '').toContain('plimsoll baseline add');
  });
});

describe('a gate versus the baseline', () => {
  it('passes what is as before, regresses what is slower than the limit, and names interval and sessions', () => {
    expect(outcome(another(1.005), found(QUIET))).toMatchObject({ verdict: 'pass', sessions: 5 });
    const slow = outcome(another(1.2), found(QUIET));
    expect(slow?.verdict).toBe('regress');
    expect(slow?.change?.estimate).toBeCloseTo(0.2, 2);
    expect(slow?.change?.low).toBeGreaterThan(0.1);
    expect(slow?.why).toMatch(/^\+20 % \[.*\] against 5 sessions of the baseline, beyond the limit of \+10 %$/);
  });

  it('calls what is much better improved, and leaves a run of a loud machine open with what it can see', () => {
    expect(outcome(another(0.8), found(QUIET))?.verdict).toBe('improved');
    const open = outcome(another(1.05), found(LOUD));
    expect(open?.verdict).toBe('inconclusive');
    expect(open?.why).toMatch(/within \+3\d(\.\d)? % of their middle, and the smallest change that is found is \+\d+/);
    expect(open?.minimumDetectable).toBeGreaterThan(0.36);
  });

  it('passes a change that is small in absolute terms, whatever its ratio', () => {
    const text = versus('max-increase: 1%, and-at-least: 10ms');
    expect(outcome(another(1.2), found(QUIET), text)?.verdict).toBe('pass');
  });

  it('decides nothing by fewer than five sessions, by another machine, or by what is not there', () => {
    expect(outcome(another(2), found(QUIET.slice(0, 4)))).toMatchObject({ verdict: 'inconclusive', sessions: 4 });
    expect(outcome(another(2), { kind: 'unlike', why: 'another machine' })).toMatchObject({
      verdict: 'invalid',
      why: 'another machine',
    });
    expect(outcome(another(1), { kind: 'none', why: 'nothing stored' })?.verdict).toBe('inconclusive');
    const recover = '{ metric: time-to-recover, versus: baseline, max-increase: 1s }';
    expect(judgeByBaseline(gates(recover), [another(1)], found(QUIET))[0]?.outcomes).toMatchObject([
      { verdict: 'regress', where: 'the run' },
    ]);
  });

  it('does not take a run as its own baseline', () => {
    const [first] = days([1]);
    if (first === undefined) throw new Error('no run');
    expect(outcome(first, found(QUIET))?.sessions).toBe(4);
  });

  it('finds few false alarms, and covers a further session as often as it says', () => {
    const random = seededRandom(5, 'sessions');
    const draw = (): number => Math.exp(0.1 * random.normal());
    let inside = 0;
    let alarms = 0;
    const times = 400;
    const [template] = days([1]);
    if (template === undefined) throw new Error('no run');
    const file = stored(days(new Array<number>(6).fill(1)));
    const at = file.numbers.findIndex(
      ({ metric, stat, tool, where }) =>
        metric === 'response-time' && stat === 'p50' && tool === null && where === 'steady, ok calls',
    );
    const number = file.numbers[at];
    const [gate] = gates('{ metric: response-time, stat: p50, versus: baseline, max-increase: 10% }');
    if (number === undefined || gate === undefined) throw new Error('no number');
    for (let n = 0; n < times; n++) {
      const values = number.values.map((value) => (value ?? 0) * draw());
      const one: BaselineFile = { ...file, numbers: [{ ...number, values }] };
      const judged = judgeByBaseline([gate], [slowerBy(draw())(another(1))], { kind: 'found', file: one });
      const found = judged[0]?.outcomes.find(({ where }) => where === 'steady, ok calls');
      const { low, high } = found?.change ?? { low: null, high: null };
      if (low !== null && high !== null && low <= 0 && high >= 0) inside++;
      if (found?.verdict === 'regress') alarms++;
    }
    // 95 % and 2.5 % within four standard errors.
    expect(inside / times).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / times));
    expect(inside / times).toBeLessThan(0.95 + 4 * Math.sqrt((0.95 * 0.05) / times));
    expect(alarms / times).toBeLessThan(0.025 + 4 * Math.sqrt((0.025 * 0.975) / times));
  });
});

describe('a run judged by its baseline', () => {
  const [p99] = [gates(versus('max-increase: 10%'))];

  it('has a result for each gate, beside those on values, with the change and what it was judged by', () => {
    const results = baselineResults(another(1.3), p99, found(QUIET));
    expect(results).toMatchObject([
      {
        verdict: 'regress',
        text: 'response-time p99 in every phase, increase versus the baseline <= 10 %',
        gate: { min: null, max: null },
        change: { versus: 'baseline', sessions: 5, level: 'error', limit: 0.1 },
      },
    ]);
    expect(withResults({ verdict: 'pass', results: [] }, results).verdict).toBe('regress');
  });

  it('is decided by no gate of level warn', () => {
    const warned = baselineResults(another(1.3), gates(versus('max-increase: 10%, level: warn')), found(QUIET));
    expect(withResults({ verdict: 'pass', results: [] }, warned)).toMatchObject({
      verdict: 'pass',
      results: [{ verdict: 'regress' }],
    });
  });

  it('says nothing when the run is invalid, and leaves it open when it is doubtful', () => {
    const with_ = (verdict: 'invalid' | 'doubtful'): Summary => ({
      ...another(1.3),
      validity: {
        ...valid,
        verdict,
        reasons: [{ severity: verdict, what: 'others used the CPU' }],
      } as unknown as Summary['validity'],
    });
    expect(baselineResults(with_('invalid'), p99, found(QUIET))).toMatchObject([
      { verdict: 'invalid', why: 'the run is invalid: others used the CPU' },
    ]);
    expect(baselineResults(with_('doubtful'), p99, found(QUIET))[0]?.verdict).toBe('inconclusive');
  });
});

describe('a comparison judged by a baseline', () => {
  const compared = (factor: number, choice: BaselineChoice) =>
    compareTrials({
      arms: ['released', 'candidate'],
      // Both arms are slower than the baseline, so that only the baseline shows it.
      rows: rowsOf({ released: slowerBy(factor), candidate: slowerBy(factor) }, 6, { from: { summary: another(1) } }),
      plannedRows: null,
      leftOut: [],
      gates: null,
      environment: [],
      baseline: { gates: gates(versus('max-increase: 60%')), choice },
    });

  it('holds each candidate against it, beside the gates against the reference', () => {
    const slow = compared(2.5, found(QUIET));
    const gate = slow.gates.find(({ gate: { versus: what } }) => what === 'baseline');
    expect(gate?.outcomes.map(({ arm, verdict }) => [arm, verdict])).toContainEqual(['candidate', 'regress']);
    expect(gate?.outcomes.every(({ arm }) => arm === 'candidate')).toBe(true);
    expect(slow.verdict).toBe('regress');
    expect(compared(1, found(QUIET)).verdict).toBe('pass');
  });

  it('is invalid by the baseline of another machine, and inconclusive without one', () => {
    expect(compared(1, { kind: 'unlike', why: 'the baseline is of another machine' }).arms[1]).toMatchObject({
      verdict: 'invalid',
      finding: expect.stringContaining('the baseline is of another machine') as string,
    });
    expect(compared(1, { kind: 'none', why: 'nothing stored' }).verdict).toBe('inconclusive');
  });
});
