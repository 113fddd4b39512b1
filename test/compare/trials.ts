/** Trials made by hand: 1 000 calls whose response times spread evenly up to a known maximum. */
import { analyse, type Analysis, type Summary } from '../../src/analysis/index.js';
import type { StackPicture, Trial, TrialFigures } from '../../src/compare/index.js';
import { seededRandom } from '../../src/random/index.js';
import { recordOf, type Attempt } from '../analysis/fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage } from '../analysis/fixtures/scenario.js';

const CALLS = 1_000;

const plan = sketchPlan({
  phases: [{ name: 'steady', stages: [stage('main', 100, 10 * S)] }],
  calls: [
    callSpec('search', { deadlineNs: 250 * MS, deadlineIsExplicit: true }),
    callSpec('book', { deadlineNs: 250 * MS, deadlineIsExplicit: true }),
  ],
});

/** A run whose n-th fastest call, n of 0 to 999, took `takesNs(n)`. */
export const summaryOf = (takesNs: (n: number) => number): Summary => analysisOf(takesNs).summary;

function analysisOf(takesNs: (n: number) => number): Analysis {
  const attempts = Array.from({ length: CALLS }, (_, n): Attempt => {
    const intendedNs = n * 10 * MS;
    // Fast and slow calls by turns, so that the phase has no trend: 619 and 1 000 have no common divisor.
    const doneNs = intendedNs + takesNs((n * 619) % CALLS);
    const upstream = { receivedNs: intendedNs, startedNs: intendedNs, finishedNs: doneNs };
    return { callId: n, spec: n % 2, intendedNs, ...upstream, doneNs };
  });
  return analyse({ record: recordOf(plan, attempts), plan });
}

/** Up to 5 ms, times a factor. */
export const evenly =
  (factor: number) =>
  (n: number): number =>
    Math.round((n + 1) * 5_000 * factor);

const base = analysisOf(evenly(1));

/** The client calls a link before a server. */
const STACK: StackPicture = [
  [{ name: 'upstream', kind: 'link', to: ['backend'] }],
  [{ name: 'backend', kind: 'server', to: [] }],
];

const medianNs = ({ phases }: Summary): number => {
  const found = phases[0]?.responseTime.all.quantiles.find(({ q }) => q === 0.5);
  return found?.kind === 'value' ? found.ns : NaN;
};

/** The curves of an analysis, slower or faster as the median of a summary is. */
function figuresOf(summary: Summary, from: NonNullable<TrialSource['from']>): TrialFigures {
  const factor = medianNs(summary) / medianNs(from.summary);
  const { figures } = { ...base, ...from };
  const slower = (ns: number | null): number | null => (ns === null ? null : ns * factor);
  return {
    percentiles: figures.percentiles.map((curves) => ({
      ...curves,
      responseAll: curves.responseAll.map((point) => ({ ...point, ns: point.ns * factor })),
    })),
    recoveries: figures.recoveries.map((curve) => ({
      ...curve,
      windows: curve.windows.map((window) => ({ ...window, p99Ns: slower(window.p99Ns) })),
    })),
  };
}

/** The summary of a trial that is slower by a factor in all its quantiles. */
function scaled(summary: Summary, factor: number): Summary {
  const slower = <D extends Summary['phases'][number]['responseTime']['ok']>(durations: D): D => ({
    ...durations,
    quantiles: durations.quantiles.map((each) => ('ns' in each ? { ...each, ns: each.ns * factor } : each)),
  });
  const both = ({ ok, all }: Summary['phases'][number]['responseTime']) => ({ ok: slower(ok), all: slower(all) });
  return {
    ...summary,
    phases: summary.phases.map((phase) => ({
      ...phase,
      responseTime: both(phase.responseTime),
      tools: phase.tools.map((tool) => ({ ...tool, responseTime: both(tool.responseTime) })),
    })),
  };
}

/** What a trial is to be: a summary, as it is measured without noise. */
export type Arm = (summary: Summary) => Summary;
export const asIs: Arm = (summary) => summary;
export const slowerBy =
  (factor: number): Arm =>
  (summary) =>
    scaled(summary, factor);

/** The instant of the n-th run. */
const startOf = (n: number): string =>
  `2026-11-20T10:${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}.000Z`;

/** What a trial is made from: the analysis of a run, and the stack of each arm. */
export interface TrialSource {
  readonly from?: Pick<Analysis, 'summary'> & Partial<Analysis>;
  readonly stackOf?: (arm: string) => StackPicture;
  readonly findingsOf?: (arm: string, row: number) => Trial['findings'];
  readonly gatewaysOf?: (arm: string) => Trial['gateways'];
}

/**
 * Rows of trials of several arms, in ABBA order. Both trials of a row have the machine's noise of 10 % in common, and
 * 1 % of their own.
 */
export function rowsOf(
  arms: Readonly<Record<string, Arm>>,
  rows: number,
  { from = base, stackOf = () => STACK, findingsOf = () => [], gatewaysOf = () => [] }: TrialSource = {},
): readonly (readonly Trial[])[] {
  const random = seededRandom(3, 'trials');
  let started = 0;
  return Array.from({ length: rows }, (_, row) => {
    const shared = Math.exp(0.1 * random.normal());
    const names = row % 2 === 0 ? Object.keys(arms) : Object.keys(arms).reverse();
    return names.map((arm): Trial => {
      const noisy = scaled(from.summary, shared * Math.exp(0.01 * random.normal()));
      const summary = arms[arm]?.(noisy) ?? noisy;
      const startedUtc = startOf(started++);
      const runId = `${arm}-${row}`;
      return {
        arm,
        folder: `runs/${runId}`,
        seed: row,
        summary: { ...summary, runId, startedUtc },
        figures: figuresOf(summary, from),
        stack: stackOf(arm),
        ...{ gateways: gatewaysOf(arm), findings: findingsOf(arm, row) },
        server: `${arm} 1.0`,
      };
    });
  });
}
