/** Age of the oldest queued call: while its caller waits, and with calls whose caller had given up. */
import type { Figures, Summary } from '../../analysis/index.js';
import { count, duration } from '../../format/index.js';
import { linearTicks } from '../drawing/index.js';
import type { PaneModel, Shape, Steps, Track } from './timeline-types.js';

const S_PER_NS = 1e-9;

export function queuePane(
  { timeline, response, abandonedAgesNs }: Pick<Figures, 'timeline' | 'response' | 'abandonedAgesNs'>,
  { phases }: Pick<Summary, 'phases'>,
): PaneModel {
  const size = Math.max(1, Math.round(response.windowNs / timeline.windowNs));
  const steps = (values: readonly number[]): Steps => ({
    fromS: (timeline.fromNs[0] ?? 0) * S_PER_NS,
    widthS: timeline.windowNs * S_PER_NS,
    values: values.map((ns) => ns * S_PER_NS),
  });
  const most = (values: readonly (number | null)[]): readonly (number | null)[] =>
    response.fromNs.map((_, w) => {
      const known = values.slice(w * size, (w + 1) * size).filter((value) => value !== null);
      return known.length === 0 ? null : Math.max(...known);
    });
  const waiting = timeline.queueAgeMaxNs;
  // A call that was given up waits as long as its caller did, and then on.
  const abandoned = abandonedAgesNs?.map((ns, w) => Math.max(ns, waiting[w] ?? 0)) ?? null;
  const zero = steps(waiting.map(() => 0));
  const highest = Math.max(0.001, ...[...waiting, ...(abandoned ?? [])].map((ns) => ns * S_PER_NS));
  const domain = [0, highest * 1.08] as const;
  const sources = new Set(phases.map(({ queueAge: { source } }) => source));
  const shapes: Shape[] = [
    ...(abandoned === null
      ? []
      : [
          { kind: 'band', track: 'abandoned', fill: 'var(--lat99)', upper: steps(abandoned), lower: zero } as const,
          { kind: 'steps', track: 'abandoned', look: 'edge bound', steps: steps(abandoned) } as const,
        ]),
    { kind: 'band', track: 'waiting', fill: 'var(--lat90)', upper: steps(waiting), lower: zero },
    { kind: 'steps', track: 'waiting', look: 'edge', steps: steps(waiting) },
  ];
  const track = (
    id: string,
    words: string,
    fill: string,
    values: readonly (number | null)[],
    text = duration,
  ): Track => ({
    id,
    words,
    swatch: { kind: 'area', fill },
    texts: most(values).map((value) => (value === null ? '–' : text(value))),
  });
  const upstream = timeline.upstreamCalls;
  return {
    id: 'queue',
    title: sources.has('upstream') ? 'Age of the oldest queued call' : 'Age of the oldest unanswered call',
    note: abandoned === null ? '' : 'dashed: with calls whose caller gave up, by the ledger',
    scale: {
      kind: 'linear',
      domain,
      ticks: linearTicks(domain, 2).map((value) => ({ value, label: secondsText(value) })),
    },
    shapes,
    tracks: [
      ...(abandoned === null ? [] : [track('abandoned', 'with abandoned', 'var(--lat99)', abandoned)]),
      track('waiting', 'caller waiting', 'var(--lat90)', waiting),
      ...(upstream.some((value) => value !== null)
        ? [
            {
              ...track('upstream', 'calls in upstream', 'none', upstream, count),
              swatch: { kind: 'line', look: 'none' },
            } as const,
          ]
        : []),
    ],
  };
}

const secondsText = (seconds: number): string => (seconds === 0 ? '0' : duration(seconds / S_PER_NS));
