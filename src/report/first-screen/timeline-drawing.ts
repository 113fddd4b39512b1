/**
 * The run on one clock as a picture: panes under one strip of phases and faults, on one axis, with one crosshair. It is
 * drawn here and not by Vega-Lite, because the page's script moves and zooms what is drawn without a runtime. Every
 * horizontal place in a path follows an M, an L or an H, so that the page's script can zoom by writing paths anew.
 */
import { duration } from '../../format/index.js';
import {
  bandPath,
  linearScale,
  linearTicks,
  linePath,
  logScale,
  px,
  type Point,
  textWidth,
  type Scale,
} from '../drawing/index.js';
import { html, trusted, type Markup } from '../layouts/markup.js';
import { escapeHtml } from '../text.js';
import { faultLabels, NOTE_FONT, strip, TITLE_FONT, type FaultLabel } from './timeline-labels.js';
import type { FaultStretch, PaneId, PaneModel, Shape, Steps, TimelineModel } from './timeline-types.js';

/** Sizes of one drawing, in pixels. */
export interface Layout {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  /** The panes' left and right ends. */
  readonly left: number;
  readonly right: number;
  readonly heights: Readonly<Record<PaneId, number>>;
  /** Space above a pane, with its title in it. */
  readonly gap: number;
  readonly ticks: number;
}

export const WIDE: Layout = {
  name: 'wide',
  width: 864,
  left: 50,
  right: 860,
  // With the axis it ends at 800 px, below a banner, the gates and two lines on the queue too.
  heights: { response: 100, outcomes: 62, queue: 44, cpu: 34, memory: 30 },
  gap: 22,
  ticks: 11,
};

export const NARROW: Layout = {
  name: 'narrow',
  width: 358,
  left: 54,
  right: 356,
  heights: { response: 120, outcomes: 80, queue: 64, cpu: 48, memory: 44 },
  gap: 24,
  ticks: 4,
};

const STRIP = 18;
const AXIS = 20;
const ROW = 13;
/** Between the title of a pane and its note. */
const BESIDE = 6;

/** Where each pane stands. */
export interface PanePlace {
  readonly pane: PaneModel;
  readonly top: number;
  readonly bottom: number;
}

export interface Placed {
  readonly panes: readonly PanePlace[];
  /** Of the faults, between the strip and the panes; null where one has no room. */
  readonly labels: readonly (FaultLabel | null)[];
  readonly height: number;
}

const timeScale = ({ fromS, toS }: TimelineModel, { left, right }: Layout): Scale =>
  linearScale([fromS, toS], [left, right]);

export function place(model: TimelineModel, layout: Layout): Placed {
  const { panes, faults } = model;
  const labels = faultLabels(faults, timeScale(model, layout), [layout.left, layout.right]);
  const rows = Math.max(0, ...labels.map((label) => (label === null ? 0 : label.row + 1)));
  let y = STRIP + (faults.length === 0 ? 0 : 4 + Math.max(4, rows * ROW)) - 6;
  const places = panes.map((pane): PanePlace => {
    const top = y + layout.gap;
    const bottom = top + layout.heights[pane.id];
    y = bottom;
    return { pane, top, bottom };
  });
  return { panes: places, labels, height: y + AXIS };
}

const text = (x: number, y: number, words: string, attributes = ''): string =>
  `<text x="${px(x)}" y="${px(y)}"${attributes}>${escapeHtml(words)}</text>`;

export function timelineSvg(model: TimelineModel, layout: Layout, description: string): Markup {
  const { fromS, toS, moments, at } = model;
  const { name, width, left, right } = layout;
  const x = timeScale(model, layout);
  const placed = place(model, layout);
  const end = placed.panes.at(-1)?.bottom ?? STRIP;
  const crossX = x(moments.fromS + (at + 0.5) * moments.widthS);
  const parts = [
    `<defs><clipPath id="plot-${name}"><rect x="${left}" y="0" width="${right - left}" height="${end}"/></clipPath>`,
    '</defs>',
    ...placed.panes.map((each) => paneBack(each, layout)),
    // What stands on the strip are names of phases, whatever words they are.
    text(0, 13, 'Phase', ' class="note"'),
    `<g clip-path="url(#plot-${name})" class="moving">`,
    strip(model.stretches, x, { height: STRIP, end, gap: name === 'wide' ? 2 : 1 }),
    faultMarks(model.faults, placed.labels, x, end),
    ...placed.panes.map((each) => marks(each, x)),
    '</g>',
    ...placed.panes.map(({ pane, top }) => titleOf(pane, top, layout)),
    axis(x, [fromS, toS], layout, end),
    `<g class="cross" transform="translate(${px(crossX)} 0)"><path d="M0 ${STRIP}V${end}"/><g><rect x="-24" y="${
      end + 3
    }" width="48" height="16" rx="2"/>${text(0, end + 15, moments.texts[at] ?? '', ' text-anchor="middle"')}</g></g>`,
  ];
  return html`<svg class="clock ${name}" viewBox="0 0 ${width} ${px(placed.height)}" role="img"
 aria-label="${description}" data-from="${px3(fromS)}" data-to="${px3(toS)}" data-left="${left}" data-right="${right}"
 data-ticks="${layout.ticks}">${trusted(parts.join(''))}</svg>`;
}

/** Seconds with milliseconds. */
const px3 = (value: number): number => Math.round(value * 1000) / 1000;

/** Grid and labels of the value axis. */
function paneBack({ pane, top, bottom }: PanePlace, { left, right }: Layout): string {
  const y = scaleOf(pane, top, bottom);
  const ticks = pane.scale.ticks
    .map(({ value, label }) => ({ at: y(value), label }))
    .filter(({ at }) => at >= top - 0.5 && at <= bottom + 0.5);
  let last = Infinity;
  return ticks
    .map(({ at, label }) => {
      // Ascending values stand higher and higher: a label that would touch the one below is left out.
      const isFree = last - at >= 12;
      if (isFree) last = at;
      return `<path class="grid" d="M${left} ${px(at)}H${right}"/>${
        isFree ? text(left - 6, at + 4, label, ' text-anchor="end"') : ''
      }`;
    })
    .join('');
}

function titleOf({ title, note }: PaneModel, top: number, { name, right }: Layout): string {
  const room = right - textWidth(title, TITLE_FONT) - 2 * BESIDE;
  const shown =
    name === 'wide' && textWidth(note, NOTE_FONT) < room
      ? ` <tspan class="note" dx="${BESIDE}">${escapeHtml(note)}</tspan>`
      : '';
  return `<text class="title" x="0" y="${px(top - 7)}">${escapeHtml(title)}${shown}</text>`;
}

function scaleOf({ scale: { kind, domain } }: PaneModel, top: number, bottom: number): Scale {
  const scale = kind === 'log' ? logScale(domain, [bottom, top]) : linearScale(domain, [bottom, top]);
  return (value) => {
    const y = scale(value);
    return Number.isFinite(y) ? Math.max(top, Math.min(bottom, y)) : bottom;
  };
}

function marks({ pane, top, bottom }: PanePlace, x: Scale): string {
  const y = scaleOf(pane, top, bottom);
  return pane.shapes.map((shape) => drawn(shape, x, y)).join('');
}

function drawn(shape: Shape, x: Scale, y: Scale): string {
  const track = `data-track="${shape.track}"`;
  switch (shape.kind) {
    case 'band': {
      const d = bandPath(stepPoints(shape.upper, x, y), stepPoints(shape.lower, x, y));
      return d === '' ? '' : `<path ${track} fill="${shape.fill}" d="${d}"/>`;
    }
    case 'steps': {
      const d = linePath(stepPoints(shape.steps, x, y));
      return d === '' ? '' : `<path ${track} class="${shape.look}" d="${d}"/>`;
    }
    case 'line': {
      const d = linePath(shape.places.map(({ s, value }): Point | null => (value === null ? null : [x(s), y(value)])));
      return d === '' ? '' : `<path ${track} class="${shape.look}" d="${d}"/>`;
    }
  }
}

/** Both ends of each window; ends between equal neighbours are left out. */
function stepPoints({ fromS, widthS, values }: Steps, x: Scale, y: Scale): readonly (Point | null)[] {
  return values.flatMap((value, w): readonly (Point | null)[] => {
    if (value === null) return [null, null];
    return [
      [x(fromS + w * widthS), y(value)],
      [x(fromS + (w + 1) * widthS), y(value)],
    ];
  });
}

/** A band through all panes with a bar over them, both with the whole name as their title, and the names beside. */
function faultMarks(
  faults: readonly FaultStretch[],
  labels: readonly (FaultLabel | null)[],
  x: Scale,
  end: number,
): string {
  const bands = faults.map(({ fromS, toS, words }) => {
    const [from, to] = [x(fromS), Math.max(x(toS), x(fromS) + 1.5)];
    return (
      `<g><title>${escapeHtml(words)}</title>` +
      `<rect class="fault" x="${px(from)}" y="${STRIP}" width="${px(to - from)}" height="${px(end - STRIP)}"/>` +
      `<rect class="fault-bar" x="${px(from)}" y="${STRIP + 3}" width="${px(to - from)}" height="3"/></g>`
    );
  });
  const names = labels.map((label, index) => {
    if (label === null) return '';
    const { from, to, row, words, isBefore } = label;
    const y = STRIP + 11 + row * ROW;
    const drawn = isBefore
      ? text(to, y, words, ' class="fault-words" text-anchor="end"')
      : text(from, y, words, ' class="fault-words"');
    return `<g><title>${escapeHtml(faults[index]?.words ?? '')}</title>${drawn}</g>`;
  });
  return [...bands, ...names].join('');
}

function axis(x: Scale, [fromS, toS]: readonly [number, number], { left, right, ticks }: Layout, end: number): string {
  const labels = linearTicks([fromS, toS], ticks).map((second) => {
    const words = duration(second * 1e9).replace('0 ms', '0 s');
    const label = text(x(second), end + 15, words, ' text-anchor="middle"');
    return `<path class="base" d="M${px(x(second))} ${end}v4"/>${label}`;
  });
  return `<path class="base" d="M${left} ${end}H${right}"/><g class="ticks">${labels.join('')}</g>`;
}
