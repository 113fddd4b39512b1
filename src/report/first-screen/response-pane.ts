/** Response time: p50, p90 and p99 of all calls as ribbons; dashed where it is a lower bound. */
import type { Figures, ResponseWindows } from '../../analysis/index.js';
import { duration, lowerBound } from '../../format/index.js';
import { logTicks } from '../drawing/index.js';
import type { PaneModel, Shape, Steps, Track } from './timeline-types.js';

const MS_PER_NS = 1e-6;
const S_PER_NS = 1e-9;
const MOST_TICKS = 7;

const QUANTILES = [
  { id: 'p99', q: 0.99, of: (windows: ResponseWindows) => windows.p99Ns },
  { id: 'p90', q: 0.9, of: (windows: ResponseWindows) => windows.p90Ns },
  { id: 'p50', q: 0.5, of: (windows: ResponseWindows) => windows.p50Ns },
] as const;

export function responsePane({ response }: Pick<Figures, 'response'>): PaneModel {
  const steps = (values: readonly (number | null)[]): Steps => ({
    fromS: (response.fromNs[0] ?? 0) * S_PER_NS,
    widthS: response.windowNs * S_PER_NS,
    values,
  });
  const ms = (values: readonly (number | null)[]): readonly (number | null)[] =>
    values.map((ns) => (ns === null || ns <= 0 ? null : ns * MS_PER_NS));
  const [p50, p90, p99] = [ms(response.p50Ns), ms(response.p90Ns), ms(response.p99Ns)];
  const isBound = (q: number, w: number): boolean => q > (response.knownShare[w] ?? 1);
  const edge = (id: string, q: number, values: readonly (number | null)[], look: string): readonly Shape[] => [
    { kind: 'steps', track: id, look, steps: steps(values.map((value, w) => (isBound(q, w) ? null : value))) },
    {
      kind: 'steps',
      track: id,
      look: `${look} bound`,
      steps: steps(values.map((value, w) => (isBound(q, w) ? value : null))),
    },
  ];
  const known = [...p50, ...p90, ...p99].filter((value) => value !== null);
  const domain =
    known.length === 0 ? ([1, 10] as const) : ([Math.min(...known) * 0.8, Math.max(...known) * 1.25] as const);
  return {
    id: 'response',
    title: 'Response time',
    note: `all calls from intended start, ${duration(response.windowNs)} windows; a failed call counts at its deadline`,
    scale: {
      kind: 'log',
      domain,
      ticks: logTicks(domain, MOST_TICKS).map((value) => ({ value, label: duration(value / MS_PER_NS) })),
    },
    shapes: [
      { kind: 'band', track: 'p99', fill: 'var(--lat99)', upper: steps(p99), lower: steps(p90) },
      { kind: 'band', track: 'p90', fill: 'var(--lat90)', upper: steps(p90), lower: steps(p50) },
      ...edge('p99', 0.99, p99, 'edge'),
      ...edge('p50', 0.5, p50, 'median'),
    ],
    tracks: QUANTILES.map(({ id, q, of }): Track => ({
      id,
      words: id,
      swatch: id === 'p50' ? { kind: 'line', look: 'median' } : { kind: 'area', fill: `var(--lat${id.slice(1)})` },
      texts: of(response).map((ns, w) => (ns === null ? '–' : isBound(q, w) ? lowerBound(duration(ns)) : duration(ns))),
    })),
  };
}
