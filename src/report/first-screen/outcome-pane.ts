/** Calls per second by outcome, stacked; the line is what was offered. */
import type { Figures, Timeline } from '../../analysis/index.js';
import { rate } from '../../format/index.js';
import { outcomeFill } from '../charts/outcome-patterns.js';
import { CALL_CLASSES, CLASS_OF, CLASS_STYLE, type CallClass } from '../charts/theme.js';
import { linearTicks } from '../drawing/index.js';
import type { PaneModel, Steps, Track } from './timeline-types.js';

const S_PER_NS = 1e-9;

/** Means of each group of `size` windows; the last group may be smaller. */
export function grouped(values: readonly number[], size: number): readonly number[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, group) => {
    const part = values.slice(group * size, (group + 1) * size);
    return part.reduce((sum, value) => sum + value, 0) / size;
  });
}

function ratesOf(timeline: Timeline, drawn: CallClass): readonly number[] {
  switch (drawn) {
    case 'good':
      return timeline.goodputPerSecond;
    case 'late':
      return timeline.latePerSecond;
    case 'shed':
      return timeline.shedPerSecond;
    case 'deadline':
    case 'transport':
    case 'refused':
    case 'tool':
    case 'wrong':
    case 'generator': {
      const own = timeline.failedPerSecond.filter(({ outcome }) => outcome !== 'ok' && CLASS_OF[outcome] === drawn);
      return timeline.fromNs.map((_, w) => own.reduce((sum, { perSecond }) => sum + (perSecond[w] ?? 0), 0));
    }
  }
}

export function outcomePane({ timeline, response }: Pick<Figures, 'timeline' | 'response'>): PaneModel {
  const size = Math.max(1, Math.round(response.windowNs / timeline.windowNs));
  const steps = (values: readonly number[]): Steps => ({
    fromS: (timeline.fromNs[0] ?? 0) * S_PER_NS,
    widthS: timeline.windowNs * size * S_PER_NS,
    values,
  });
  const offered = grouped(timeline.offeredPerSecond, size);
  const stack: {
    readonly drawn: CallClass;
    readonly own: readonly number[];
    readonly upper: Steps;
    readonly lower: Steps;
  }[] = [];
  let below = offered.map(() => 0);
  for (const drawn of CALL_CLASSES) {
    const own = grouped(ratesOf(timeline, drawn), size);
    if (!own.some((value) => value > 0)) continue;
    const top = below.map((value, w) => value + (own[w] ?? 0));
    stack.push({ drawn, own, upper: steps(top), lower: steps(below) });
    below = top;
  }
  const most = Math.max(1, ...offered, ...below);
  const domain = [0, most * 1.05] as const;
  const track = (id: string, words: string, swatch: Track['swatch'], own: readonly number[]): Track => ({
    id,
    words,
    swatch,
    texts: own.map((value) => rate(value)),
  });
  return {
    id: 'outcomes',
    title: 'Outcome',
    note: 'calls/s by intended start',
    scale: { kind: 'linear', domain, ticks: linearTicks(domain, 3).map((value) => ({ value, label: rate(value) })) },
    shapes: [
      ...stack.map(
        ({ drawn, upper, lower }) => ({ kind: 'band', track: drawn, fill: outcomeFill(drawn), upper, lower }) as const,
      ),
      { kind: 'steps', track: 'offered', look: 'offered', steps: steps(offered) },
    ],
    tracks: [
      track('offered', 'offered', { kind: 'line', look: 'offered' }, offered),
      ...[...stack]
        .reverse()
        .map(({ drawn, own }) =>
          track(drawn, CLASS_STYLE[drawn].short, { kind: 'area', fill: outcomeFill(drawn) }, own),
        ),
    ],
  };
}
