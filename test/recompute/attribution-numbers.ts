/** Which queue grew first, from the rows and the written definition alone. */
import type { Summary } from '../../src/analysis/index.js';
import type { Frame } from './frames.js';
import type { Attempt } from './run-files.js';

type Attribution = Summary['attributions'][number];
type StageName = Attribution['stages'][number]['stage'];
type Chain = readonly (readonly [StageName, (attempt: Attempt) => number | null])[];

const UPSTREAM: Chain = [
  ['client-queue', (a) => a.admittedNs],
  ['send-lag', (a) => a.sentNs],
  ['outbound', (a) => a.receivedNs],
  ['upstream-queue', (a) => a.startedNs],
  ['service', (a) => a.finishedNs],
  ['return', (a) => a.doneNs],
];
const GENERATOR: Chain = [
  ['client-queue', (a) => a.admittedNs],
  ['send-lag', (a) => a.sentNs],
  ['wait', (a) => a.firstByteNs],
  ['read', (a) => a.doneNs],
];
const PLACES: Readonly<Record<StageName, Attribution['firstGrowing']>> = {
  'client-queue': 'generator',
  'send-lag': 'generator',
  outbound: 'network',
  return: 'network',
  'upstream-queue': 'upstream',
  service: 'upstream',
  wait: 'beyond-the-generator',
  read: 'beyond-the-generator',
};

const MS = 1e6;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** For stacks of mocks behind links, in which no gateway stands: a hop that grew is the wire. */
export function attributionNumbers(frame: Frame, attempts: readonly Attempt[]): Attribution {
  const ok = attempts.filter((a) => a.outcome === 'ok' && !a.warmup);
  const stamped = ok.filter((a) => a.receivedNs !== null && a.startedNs !== null && a.finishedNs !== null);
  const chain = stamped.length > 0 && stamped.length * 2 >= ok.length ? UPSTREAM : GENERATOR;
  const cut = ok.flatMap((a) => {
    const moments = [a.intendedNs, ...chain.map(([, of]) => of(a))];
    const lengths = moments.slice(1).map((moment, s) => {
      const before = moments[s];
      return moment === null || before === null || before === undefined ? NaN : moment - before;
    });
    return lengths.every((length) => length >= 0) ? [{ intendedNs: a.intendedNs, lengths }] : [];
  });
  const longNs = frame.scheduledEndNs - frame.measuredFromNs;
  const count = Math.max(1, Math.min(24, Math.floor(longNs / (200 * MS))));
  const windowNs = longNs / count;
  const all = Array.from({ length: count }, (_, w) => ({
    w,
    calls: cut.filter(({ intendedNs }) => Math.floor((intendedNs - frame.measuredFromNs) / windowNs) === w),
  }));
  const windows = all
    .filter(({ calls }) => calls.length >= 5)
    .map(({ w, calls }) => {
      const means = chain.map((_, s) => sum(calls.map(({ lengths }) => lengths[s] ?? NaN)) / calls.length);
      return {
        fromNs: frame.measuredFromNs + w * windowNs,
        n: calls.length,
        means,
        total: sum(means),
        waited: calls.filter(({ lengths }) => (lengths[0] ?? 0) > MS).length,
      };
    });
  const inWindow = (a: Attempt, w: number): boolean =>
    Math.floor((a.intendedNs - frame.measuredFromNs) / windowNs) === w;
  const silentWindows = all.filter(
    ({ w, calls }) => calls.length < 5 && attempts.filter((a) => !a.warmup && inWindow(a, w)).length >= 5,
  ).length;
  type Window = (typeof windows)[number];
  const base = { phase: frame.facts.name, windowNs, windows: windows.length, silentWindows, gateways: [] };
  const nothing = (otherwise: 'unknown' | 'none') => (silentWindows >= 2 ? 'unanswered' : otherwise);
  if (windows.length < 4)
    return {
      ...base,
      firstGrowing: nothing('unknown'),
      stage: null,
      gateway: null,
      onsetNs: null,
      slotWaitShare: null,
      stages: [],
    };
  const calm = [...windows].sort((a, b) => a.total - b.total).slice(0, Math.ceil(windows.length / 4));
  const mean = (among: readonly Window[], of: (window: Window) => number): number =>
    sum(among.map((window) => of(window) * window.n)) / sum(among.map(({ n }) => n));
  const grew = (of: (window: Window) => number) => {
    const calmNs = mean(calm, of);
    const range = Math.max(...calm.map(of)) - Math.min(...calm.map(of));
    const limit = calmNs + Math.max(2 * MS, calmNs, 4 * range);
    const twice = windows.find((window, i) => {
      const next = windows[i + 1];
      return (
        next !== undefined &&
        Math.round((next.fromNs - window.fromNs) / windowNs) === 1 &&
        of(window) > limit &&
        of(next) > limit
      );
    });
    return { calmNs, limit, onsetNs: twice?.fromNs ?? null };
  };
  const whole = grew(({ total }) => total);
  const grown = whole.onsetNs === null ? [] : windows.filter(({ total }) => total > whole.limit);
  const stages = chain.map(([stage], s) => {
    const of = ({ means }: Window): number => means[s] ?? NaN;
    return {
      stage,
      calmNs: grew(of).calmNs,
      grownNs: grown.length === 0 ? null : mean(grown, of),
      onsetNs: grew(of).onsetNs,
    };
  });
  const rise = ({ calmNs, grownNs }: (typeof stages)[number]): number => (grownNs ?? calmNs) - calmNs;
  const begun = grown.length === 0 ? [] : stages.filter(({ onsetNs }) => onsetNs !== null);
  const hops = begun.filter(({ stage }) => stage !== 'client-queue');
  const most = Math.max(0, ...hops.map(rise));
  const causes = hops.filter((hop) => rise(hop) > 0 && rise(hop) * 4 >= most);
  const earliest = Math.min(...causes.map(({ onsetNs }) => onsetNs ?? Infinity));
  const first = causes.filter(({ onsetNs }) => onsetNs === earliest).sort((a, b) => rise(b) - rise(a))[0] ?? begun[0];
  if (first === undefined)
    return {
      ...base,
      firstGrowing: nothing('none'),
      stage: null,
      gateway: null,
      onsetNs: null,
      slotWaitShare: null,
      stages,
    };
  return {
    ...base,
    firstGrowing: PLACES[first.stage],
    stage: first.stage,
    gateway: null,
    onsetNs: first.onsetNs,
    slotWaitShare: sum(grown.map(({ waited }) => waited)) / sum(grown.map(({ n }) => n)),
    stages,
  };
}
