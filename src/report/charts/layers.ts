/**
 * The marks that charts are made of: lines, areas, points, boxes, bands and rules. The fields are always the same: `x`
 * and `y` for a point, `x2` and `y2` for the far end of a span.
 */
import { S_PER_NS, type Axis } from './axes.js';
import type { Encoding, Layer, Mark } from './render.js';
import { INK, type KeyEntry } from './theme.js';

export interface Place {
  readonly x: number;
  readonly y: number | null;
}

/** How a line is drawn, and how its key entry is. */
export interface Stroke {
  readonly colour: string;
  readonly width: number;
  readonly dash?: number[];
  /** A line that holds each value until the next. */
  readonly steps?: boolean;
}

export interface Axes {
  readonly x: Axis;
  readonly y: Axis;
}

/** A named curve of a chart. */
export interface Curve {
  readonly words: string;
  readonly places: readonly Place[];
  readonly stroke: Stroke;
}

export const DASHED = { dash: [5, 3] };
export const DOTTED = { dash: [1.5, 2.5] };

/** A layer from rows; `x` and `y` are the fields of those names unless the encoding says otherwise. */
export function layer(rows: readonly object[], mark: Mark, encoding: Encoding): Layer {
  return {
    data: { values: [...rows] },
    mark: typeof mark === 'string' ? { type: mark, aria: false } : { ...mark, aria: false },
    encoding,
  } as Layer;
}

export const along = (x: Axis) => ({ field: 'x', ...x });
export const up = (y: Axis) => ({ field: 'y', ...y });
/** `x` on the scale of the other layers. */
export const SHARED_X = { field: 'x', type: 'quantitative' } as const;

const strokeOf = ({ colour, width, dash }: Stroke) => ({
  color: colour,
  strokeWidth: width,
  ...(dash === undefined ? {} : { strokeDash: dash }),
});

export function line(places: readonly Place[], stroke: Stroke, axes: Partial<Axes>): Layer {
  const steps = stroke.steps === true ? { interpolate: 'step-after' as const } : {};
  return layer(places, { type: 'line', ...steps, ...strokeOf(stroke) }, axesOf(axes));
}

function axesOf({ x, y }: Partial<Axes>): Encoding {
  return { ...(x === undefined ? {} : { x: along(x) }), ...(y === undefined ? {} : { y: up(y) }) };
}

/** What the key of a chart says of its curves. */
export function curveKey(curves: readonly Curve[]): readonly KeyEntry[] {
  return curves.map(({ words, stroke: { colour, dash, width } }) => {
    const mark = dash === undefined ? (width < 1.3 ? 'thin' : 'line') : (dash[0] ?? 0) < 2 ? 'dotted' : 'dashed';
    return { words, colour, mark };
  });
}

/** Filled down to zero, with its edge drawn. */
export function area(places: readonly Place[], colour: string, axes: Partial<Axes>, steps = true): Layer {
  const interpolate = steps ? { interpolate: 'step-after' as const } : {};
  const edge = { color: colour, strokeWidth: steps ? 1.2 : 1.6, ...interpolate };
  return layer(places, { type: 'area', ...interpolate, color: colour, fillOpacity: 0.28, line: edge }, axesOf(axes));
}

export function points(places: readonly Place[], colour: string, size: number, axes: Axes): Layer {
  return layer(places, { type: 'point', filled: true, size, color: colour, opacity: 1 }, axesOf(axes));
}

/** Shaded over the full height, from `x` to `x2`. */
export const band = (spans: readonly { readonly x: number; readonly x2: number }[], colour: string): Layer =>
  layer(spans, { type: 'rect', color: colour }, { x: SHARED_X, x2: { field: 'x2' } });

/** Filled boxes from (`x`, `y`) to (`x2`, `y2`). */
export function boxes(
  rows: readonly { readonly x: number; readonly x2: number; readonly y: number; readonly y2: number }[],
  colour: string,
  { x, y }: Partial<Axes>,
  outlined = false,
): Layer {
  return layer(
    rows,
    { type: 'rect', color: colour, ...(outlined ? { stroke: INK.paper, strokeWidth: 1 } : {}) },
    {
      x: x === undefined ? SHARED_X : along(x),
      x2: { field: 'x2' },
      ...(y === undefined ? {} : { y: up(y) }),
      y2: { field: 'y2' },
    },
  );
}

/** Vertical rules over the full height. */
export function rulesAt(xs: readonly number[], stroke: Stroke, x?: Axis): Layer {
  const rows = xs.map((at) => ({ x: at }));
  return layer(rows, { type: 'rule', ...strokeOf(stroke) }, { x: x === undefined ? SHARED_X : along(x) });
}

/** Rules that can be made out beside each other. */
const MOST_RULES = 100;

/** Where phases begin, but for the first; of very many there is no rule, as they would fill the picture. */
export function phaseRules(phases: readonly { readonly startNs: number }[]): Layer {
  const xs = phases.slice(1).map(({ startNs }) => startNs * S_PER_NS);
  return rulesAt(xs.length > MOST_RULES ? [] : xs, { colour: INK.axis, width: 1, dash: [2, 3] });
}

/** Horizontal rules over the full width. */
export function levelsAt(ys: readonly number[], stroke: Stroke, y: Axis, width?: number): Layer {
  const rows = ys.map((at) => ({ y: at }));
  const across: Encoding = width === undefined ? {} : { x: { value: 0 }, x2: { value: width } };
  return layer(rows, { type: 'rule', ...strokeOf(stroke) }, { ...across, y: up(y) });
}
