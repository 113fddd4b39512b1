/**
 * The names on the timeline: of phases and stages on their strip, of faults in rows below it. No two overlap: what
 * finds no room is cut, and what can't be cut is left out. The whole of it stays in the title of the mark, and in the
 * chapters.
 */
import { fitted, px, textWidth, type Font, type Scale } from '../drawing/index.js';
import { escapeHtml } from '../text.js';
import type { FaultStretch, Stretch } from './timeline-types.js';

/** Fonts of `FIRST_SCREEN_STYLE`. */
export const TITLE_FONT: Font = { px: 12, isBold: true };
export const NOTE_FONT: Font = { px: 11, isBold: false };
export const FAULT_FONT: Font = { px: 11, isBold: true };

/** Between the name of a phase and its rate; a blank is part of it. */
const BESIDE = 8;
const BESIDE_DX = 3;
/** Between the end of a phase and its name, on both sides. */
const INSET = 5;

/** The name of a phase or stage, and beside it its rate, as they are drawn; either may be empty. */
export interface StretchLabel {
  readonly x: number;
  readonly name: string;
  readonly rate: string;
}

/** Each label ends where its own stretch does, and where the next one begins. */
export function stretchLabels(stretches: readonly Stretch[], x: Scale): readonly StretchLabel[] {
  return stretches.map(({ fromS, toS, name, rate }, index) => {
    const next = stretches[index + 1]?.fromS ?? Infinity;
    const from = x(fromS) + INSET;
    const room = x(Math.min(toS, next)) - INSET - from;
    const widthOf = (words: string): number => (words === '' ? 0 : BESIDE + textWidth(words, NOTE_FONT));
    // Where there is little room, that a loop is closed is the last to go.
    const least = rate.startsWith('closed') && room > 2 * widthOf('closed') ? 'closed' : '';
    const shown = fitted(name, room - widthOf(least), TITLE_FONT);
    const left = room - textWidth(shown, TITLE_FONT);
    const own = shown === name && widthOf(rate) <= left ? rate : shown === '' ? '' : least;
    return { x: from, name: shown, rate: own };
  });
}

/** Phases and stages, and a line down where each begins. */
export function strip(
  stretches: readonly Stretch[],
  x: Scale,
  { height, end, gap }: { readonly height: number; readonly end: number; readonly gap: number },
): string {
  const labels = stretchLabels(stretches, x);
  return stretches
    .map(({ fromS, toS, name, rate }, index) => {
      const [from, to] = [x(fromS), x(toS)];
      const shown = labels[index];
      const beside =
        shown === undefined || shown.rate === ''
          ? ''
          : ` <tspan class="note" dx="${BESIDE_DX}">${escapeHtml(shown.rate)}</tspan>`;
      const label =
        shown === undefined || shown.name === ''
          ? ''
          : `<text class="title" x="${px(shown.x)}" y="13">${escapeHtml(shown.name)}${beside}</text>`;
      const line = index === 0 ? '' : `<path class="edge-of-phase" d="M${px(from)} ${height}V${end}"/>`;
      const whole = `<title>${escapeHtml(rate === '' ? name : `${name}, ${rate}`)}</title>`;
      const width = px(Math.max(1, to - from - gap));
      const rect = `<rect class="phase" x="${px(from)}" width="${width}" height="${height}"/>`;
      return `<g>${whole}${rect}${label}</g>${line}`;
    })
    .join('');
}

/** Between a fault and its name, and between two names of one row. */
const APART = 6;
/** Sums of places are not exact. */
const CLOSE = 0.01;
/** Characters below which a cut name names nothing. */
const LEAST_OF_A_FAULT = 6;

/** Of names of faults. */
const MOST_ROWS = 3;

/** The name of a fault as it is drawn, from `from` to `to`, in a row that counts from 0. */
export interface FaultLabel {
  readonly from: number;
  readonly to: number;
  readonly row: number;
  readonly words: string;
  /** Whether it stands before the fault, at whose beginning it ends. */
  readonly isBefore: boolean;
}

type Span = readonly [from: number, to: number];

const isApart = (end: number, start: number): boolean => start - end >= APART - CLOSE;

/**
 * The names of faults, in their order; null for one that has no room in any of the rows. A name stands after its
 * fault or before it where that lies on no other fault, and in the highest row that is free. Only where its whole name
 * has no place, it is shortened.
 */
export function faultLabels(
  faults: readonly FaultStretch[],
  x: Scale,
  [left, right]: Span,
): readonly (FaultLabel | null)[] {
  const spans = faults.map(({ fromS, toS }): Span => [x(fromS), x(toS)]);
  // The bars over the faults are in the first row.
  const rows = Array.from({ length: MOST_ROWS }, (_, row): Span[] => (row === 0 ? [...spans] : []));
  const inOrder = faults.map((_, index) => index).sort((a, b) => (faults[a]?.fromS ?? 0) - (faults[b]?.fromS ?? 0));
  const found = new Map<number, FaultLabel>();
  for (const index of inOrder) {
    const [fault, own] = [faults[index], spans[index]];
    if (fault === undefined || own === undefined) continue;
    const others = spans.filter((_, other) => other !== index);
    const label = placed(fault, own, others, rows, [left, right]);
    if (label === null) continue;
    rows[label.row]?.push([label.from, label.to]);
    found.set(index, label);
  }
  return faults.map((_, index) => found.get(index) ?? null);
}

function placed(
  { words, name }: FaultStretch,
  own: Span,
  others: readonly Span[],
  rows: readonly (readonly Span[])[],
  [left, right]: Span,
): FaultLabel | null {
  const isFree = ([from, to]: Span, row: readonly Span[]): boolean =>
    from >= left && to <= right && row.every(([start, end]) => isApart(to, start) || isApart(end, from));
  const isOnAnother = ([from, to]: Span): boolean => others.some(([start, end]) => from < end && start < to);
  for (const form of [words, name]) {
    const width = textWidth(form, FAULT_FONT);
    const before: Span = [own[0] - APART - width, own[0] - APART];
    const after: Span = [own[1] + APART, own[1] + APART + width];
    const over = Math.max(left, Math.min(own[0] + APART, right - width));
    const places = [after, before, [over, over + width] as const];
    const free = rows.flatMap((row, index) =>
      places.filter((place) => isFree(place, row)).map((place) => ({ place, row: index })),
    );
    const chosen = free.find(({ place }) => !isOnAnother(place)) ?? free[0];
    if (chosen === undefined) continue;
    const [from, to] = chosen.place;
    return { from, to, row: chosen.row, words: form, isBefore: chosen.place === before };
  }
  return cut(name, own, rows, [left, right]);
}

/** The longest beginning of a name that has room before or after its fault. */
function cut(name: string, own: Span, rows: readonly (readonly Span[])[], [left, right]: Span): FaultLabel | null {
  const [start, end] = [own[0] - APART, own[1] + APART];
  const rooms = rows.flatMap((row, index) => {
    const isFree = (at: number): boolean => row.every(([from, to]) => isApart(at, from) || isApart(to, at));
    const before = Math.max(left, ...row.filter(([, to]) => to <= start).map(([, to]) => to + APART));
    const after = Math.min(right, ...row.filter(([from]) => from >= end).map(([from]) => from - APART));
    return [
      { row: index, isBefore: true, room: isFree(start) ? start - before : 0 },
      { row: index, isBefore: false, room: isFree(end) ? after - end : 0 },
    ];
  });
  const [widest] = [...rooms].sort((a, b) => b.room - a.room);
  if (widest === undefined) return null;
  const words = fitted(name, widest.room, FAULT_FONT, LEAST_OF_A_FAULT);
  if (words === '') return null;
  const width = textWidth(words, FAULT_FONT);
  const { row, isBefore } = widest;
  const from = isBefore ? start - width : end;
  return { from, to: from + width, row, words, isBefore };
}
