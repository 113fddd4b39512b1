/**
 * Metastable failure in real time: the engine, the wire and the mock against the exact simulation of the same storm.
 */
import { withDefaults } from '../../../src/protocol/index.js';
import { SAMPLE_FLAGS, outcomeCode, type RunRecord } from '../../../src/record/index.js';
import { startMockChild } from '../mock-child.js';
import { simulateStorm, type Storm } from '../theory/index.js';
import { inMode, type CaseContext, type TruthCase } from './case.js';
import { commandRun, phaseOf } from './command-run.js';
import type { Findings, Picture, Statement } from './result.js';

interface Row {
  readonly id: string;
  readonly words: string;
  readonly ratePerSecond: number;
  readonly forS: number;
  readonly recovers: boolean;
  /** Retries as the scenario writes them. */
  readonly retry: string;
  /** Whether the server leaves out calls whose caller has given up; each request then holds its time limit. */
  readonly drops: boolean;
  readonly remedy: Pick<Storm, 'retries' | 'budget'>;
}

const AT_ONCE = 'attempts: 2, backoff: 0ms, jitter: none, on: [timeout]';
const STALL = { atS: 10, forS: 3 };
const LAST_S = 10;
const OK = outcomeCode('ok');

const ROWS: readonly Row[] = [
  {
    id: '64',
    words: '64/s',
    ratePerSecond: 64,
    forS: 130,
    recovers: true,
    retry: `{ ${AT_ONCE} }`,
    drops: false,
    remedy: { retries: 2, budget: null },
  },
  {
    id: '70',
    words: '70/s',
    ratePerSecond: 70,
    forS: 60,
    recovers: false,
    retry: `{ ${AT_ONCE} }`,
    drops: false,
    remedy: { retries: 2, budget: null },
  },
  {
    id: 'budget',
    words: '70/s with a retry budget of 10 %',
    ratePerSecond: 70,
    forS: 45,
    recovers: true,
    retry: `{ ${AT_ONCE}, budget: { share: 10%, burst: 10 } }`,
    drops: false,
    remedy: { retries: 2, budget: { share: 0.1, saved: 10 } },
  },
  {
    id: 'drop',
    words: '70/s with expired work dropped',
    ratePerSecond: 70,
    forS: 45,
    recovers: true,
    retry: `{ ${AT_ONCE} }`,
    drops: true,
    remedy: { retries: 2, budget: null },
  },
  {
    id: 'off',
    words: '70/s with retries off',
    ratePerSecond: 70,
    forS: 30,
    recovers: true,
    retry: 'never',
    drops: false,
    remedy: { retries: 0, budget: null },
  },
];

export const metastableCase: TruthCase = {
  id: 'metastable',
  title: 'Metastable failure',
  claim:
    'One worker of 5 ms, callers who give up after 200 ms and try twice more at once, a stall of 3 s. The ' +
    'hidden capacity is 200/s over 1 + 2 retries, 66.7/s: 64/s comes back by itself, 70/s never does, ' +
    'unless expired work is dropped, or retries are bounded or off.',
  chances: 0,
  run: async (context) => {
    const rows = inMode(
      context,
      ROWS.filter(({ id }) => id === 'off'),
      ROWS,
      ROWS,
    );
    const findings: Findings[] = [];
    for (const row of rows) {
      context.report(`${row.words}, ${row.forS} s`);
      findings.push(await storm(row, context));
    }
    return {
      statements: findings.flatMap(({ statements }) => statements),
      pictures: findings.flatMap(({ pictures }) => pictures),
      disturbed: findings.flatMap(({ disturbed }) => disturbed),
      calls: findings.reduce((sum, { calls }) => sum + calls, 0),
    };
  },
};

async function storm(row: Row, context: CaseContext): Promise<Findings> {
  const { ratePerSecond, forS, words, recovers } = row;
  const forNs = STALL.forS * 1e9;
  const stalledCall = ratePerSecond * STALL.atS;
  const mock = await startMockChild(
    withDefaults({
      serviceTime: { kind: 'constant', ns: 5e6 },
      drops: row.drops ? 'expired' : 'none',
      faults: [{ kind: 'stall', forNs, which: { kind: 'listed', numbers: [stalledCall] } }],
    }),
  );
  try {
    const run = await commandRun(
      `metastable-${row.id}`,
      `version: 1
name: truth metastable ${row.id}
stack: { target: { url: "${mock.url}" } }
protocol: { sessions: 16, in-flight-per-session: 256, propagate-deadline: ${row.drops} }
calls:
  - { tool: search, arguments: { query: hull }, expect: derived, deadline: 10s, timeout: 200ms, retry: ${row.retry} }
phases:
  - { name: storm, regime: steady, rate: ${ratePerSecond}/s, for: ${forS}s, warmup: 0s }
`,
      context.seed,
      context.folder,
      context.signal,
    );
    const { startNs } = phaseOf(run.summary, 'storm');
    const measured = goodBySecond(endsOf(run.record, startNs), forS);
    const simulated = simulateStorm({
      ratePerSecond,
      forNs: forS * 1e9,
      serviceNs: 5e6,
      timeoutNs: 200e6,
      dropExpired: row.drops,
      stall: { atNs: STALL.atS * 1e9, forNs },
      ...row.remedy,
    });
    const firstNs = new Map(
      simulated.filter(({ attempt }) => attempt === 0).map(({ callId, intendedNs }) => [callId, intendedNs]),
    );
    const expected = goodBySecond(
      simulated
        .filter(({ final }) => final)
        .map(({ callId, ok }) => ({ intendedS: (firstNs.get(callId) ?? NaN) / 1e9, good: ok })),
      forS,
    );
    return {
      statements: statementsOf(row, measured),
      pictures: [picture(words, recovers, expected, measured)],
      disturbed: run.disturbed,
      calls: ratePerSecond * forS,
    };
  } finally {
    await mock.stop();
  }
}

interface End {
  /** Intended start of the logical call. */
  readonly intendedS: number;
  readonly good: boolean;
}

function endsOf({ samples }: RunRecord, startNs: number): readonly End[] {
  const firstNs = new Map<number, number>();
  for (let row = 0; row < samples.length; row++)
    if (samples.attempt[row] === 0) firstNs.set(samples.callId[row] ?? NaN, samples.intendedNs[row] ?? NaN);
  const rows = Array.from({ length: samples.length }, (_, row) => row).filter(
    (row) => ((samples.flags[row] ?? 0) & SAMPLE_FLAGS.final) !== 0,
  );
  return rows.map((row) => ({
    intendedS: ((firstNs.get(samples.callId[row] ?? NaN) ?? NaN) - startNs) / 1e9,
    good: samples.outcome[row] === OK,
  }));
}

/** Good calls of each second of intended starts. */
function goodBySecond(ends: readonly End[], forS: number): readonly number[] {
  const good = new Array<number>(forS).fill(0);
  for (const { intendedS, good: isGood } of ends)
    if (isGood) good[Math.floor(intendedS)] = (good[Math.floor(intendedS)] ?? 0) + 1;
  return good;
}

function statementsOf({ words, ratePerSecond, forS, recovers }: Row, good: readonly number[]): readonly Statement[] {
  const share = (fromS: number, toS: number): number =>
    good.slice(fromS, toS).reduce((sum, each) => sum + each, 0) / (ratePerSecond * (toS - fromS));
  return [
    {
      what: `${words}: good share before the stall`,
      basis: 'timing',
      unit: 'share',
      theory: 1,
      low: 0.99,
      high: 1,
      measured: share(0, STALL.atS - 1),
    },
    {
      what: `${words}: good share in the last ${LAST_S} s`,
      basis: 'timing',
      unit: 'share',
      theory: recovers ? 1 : 0,
      low: recovers ? 0.99 : 0,
      high: recovers ? 1 : 0.01,
      measured: share(forS - LAST_S, forS),
    },
  ];
}

function picture(words: string, recovers: boolean, expected: readonly number[], measured: readonly number[]): Picture {
  const points = (values: readonly number[]) => values.map((y, second) => ({ x: second + 0.5, y }));
  return {
    title: words,
    finding: recovers
      ? 'Goodput falls with the stall and comes back.'
      : 'Goodput falls with the stall, and stays down though the stall is long over.',
    x: 'intended start in s',
    y: 'good calls per second',
    logarithmic: false,
    series: [
      { words: 'exact simulation', as: 'theory', points: points(expected) },
      { words: 'measured', as: 'points', points: points(measured) },
    ],
  };
}
