/** The marks of a layer as SVG text. */
import { escapeHtml } from '../text.js';
import { bandOf } from './scales.js';
import type { Category, Channel, Layer, Mark } from './spec.js';
import { INK } from './theme.js';

/** Of all text but titles. */
export const FONT_SIZE = 11;

/** A pane's size, and the pixel of a value across and up. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

const valueOf = (row: object, field: string): unknown => (row as Readonly<Record<string, unknown>>)[field];

type Ends = readonly [number, number];

/**
 * Where a row begins and ends on one side of the pane, in pixels; all of the side where nothing says it, and null where
 * the row has no value.
 */
function endsOf(
  row: object,
  near: Channel | undefined,
  far: Channel | undefined,
  scale: Frame['x'],
  all: Ends,
): Ends | null {
  if (near === undefined) return all;
  if ('rows' in near) {
    const { from, height } = bandOf(near.rows, valueOf(row, near.field), Math.max(...all));
    return [from, from + height];
  }
  const pixel = (channel: Channel): number => {
    if ('value' in channel) return channel.value;
    const value = valueOf(row, channel.field);
    return typeof value === 'number' ? scale(value) : NaN;
  };
  const [at, to] = [pixel(near), pixel(far ?? near)];
  return Number.isFinite(at + to) ? [at, to] : null;
}

/** A mark for each row, or one for all of them. */
export function drawLayer({ rows, mark, encoding }: Layer, frame: Frame): string {
  const { x, x2, y, y2, color, shape, text } = encoding;
  const { width, height } = frame;
  const acrossOf = (row: object): Ends | null => endsOf(row, x, x2, frame.x, [0, width]);
  const upOf = (row: object): Ends | null => endsOf(row, y, y2, frame.y, [height, 0]);
  const look = (row: object, category: Category | undefined): string | undefined =>
    category?.scale.range[category.scale.domain.findIndex((each) => each === valueOf(row, category.field))];
  const colourOf = (row: object): string => look(row, color) ?? mark.color ?? INK.text;
  if (mark.type !== 'line' && mark.type !== 'area')
    return rows
      .map((row) => {
        const [across, up] = [acrossOf(row), upOf(row)];
        if (across === null || up === null) return '';
        const said = text === undefined ? '' : String(valueOf(row, text.field));
        return drawMark(mark, across, up, colourOf(row), look(row, shape), said);
      })
      .join('');
  const sets =
    color === undefined
      ? [rows]
      : color.scale.domain.map((each) => rows.filter((row) => valueOf(row, color.field) === each));
  return sets
    .map(([first, ...rest]) => {
      if (first === undefined) return '';
      const points = [first, ...rest].map((row) => {
        const [across, up] = [acrossOf(row), upOf(row)];
        return across === null || up === null
          ? null
          : { x: across[0], y: up[0], y2: y2 === undefined ? frame.y(0) : up[1] };
      });
      return drawCurve(points, mark, colourOf(first));
    })
    .join('');
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly y2: number;
}

/** A gap in the values is a gap in the curve. */
function drawCurve(points: readonly (Point | null)[], mark: Mark, colour: string): string {
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (point === null) runs.push([]);
    else runs.at(-1)?.push(point);
  }
  const steps = mark.interpolate === 'step-after';
  const next = ({ x, y }: Point): string => (steps ? `H${px(x)}V${px(y)}` : `L${px(x)} ${px(y)}`);
  const edge = runs.map(([first, ...rest]) =>
    first === undefined ? '' : `M${px(first.x)} ${px(first.y)}${rest.map(next).join('')}`,
  );
  const line = `<path d="${edge.join('')}" fill="none" stroke="${colour}"${strokeOf(mark)}/>`;
  if (mark.type === 'line') return line;
  const filled = runs.map((run, index) => {
    const back = run
      .toReversed()
      .map(({ x, y2 }, i) => (steps && i > 0 ? `V${px(y2)}H${px(x)}` : `L${px(x)} ${px(y2)}`));
    return run.length === 0 ? '' : `${edge[index] ?? ''}${back.join('')}Z`;
  });
  const fill = `<path d="${filled.join('')}" fill="${colour}" fill-opacity="${mark.opacity ?? 1}"/>`;
  return mark.strokeWidth === undefined ? fill : fill + line;
}

const strokeOf = ({ strokeWidth = 1, strokeDash }: Mark): string =>
  ` stroke-width="${strokeWidth}"${strokeDash === undefined ? '' : ` stroke-dasharray="${strokeDash.join(',')}"`}`;

function drawMark(
  mark: Mark,
  [x, x2]: Ends,
  [y, y2]: Ends,
  colour: string,
  shape: string | undefined,
  text: string,
): string {
  const { type, opacity, stroke, size = 30 } = mark;
  const fill = ` fill="${colour}"${opacity === undefined ? '' : ` fill-opacity="${opacity}"`}`;
  const stroked = ` stroke="${colour}"${strokeOf(mark)}`;
  switch (type) {
    case 'rect': {
      const border = stroke === undefined ? '' : ` stroke="${stroke}"${strokeOf(mark)}`;
      return `<path d="M${px(x)} ${px(y)}H${px(x2)}V${px(y2)}H${px(x)}Z"${fill}${border}/>`;
    }
    case 'rule':
      return `<path d="M${px(x)} ${px(y)}L${px(x2)} ${px(y2)}"${stroked}/>`;
    case 'tick':
      return `<path d="M${px(x - 6)} ${px(y)}h12"${stroked}/>`;
    case 'point': {
      // A shape without a stroke is drawn on whole pixels (the page's style sheet), as suits boxes and not circles.
      const path = `d="${outline(shape, Math.sqrt(size))}"${fill} stroke="none"`;
      return `<path transform="translate(${px(x)},${px(y)})" ${path}/>`;
    }
    case 'text': {
      if (text === '') return '';
      const { align, baseline, dx = 0, dy = 0, fontSize = FONT_SIZE, fontWeight = 400 } = mark;
      const anchor = align === undefined ? 'middle' : align === 'left' ? 'start' : 'end';
      const down = baseline === 'top' ? 0.79 : baseline === 'bottom' ? -0.21 : 0.3;
      const place = `x="${px((x + x2) / 2 + dx)}" y="${px((y + y2) / 2 + dy + down * fontSize)}"`;
      const font = `text-anchor="${anchor}" font-size="${fontSize}" font-weight="${fontWeight}"`;
      return `<text ${place}${fill} ${font}>${escapeHtml(text)}</text>`;
    }
    case 'line':
    case 'area':
      return '';
  }
}

/** The outline of a point around the origin; `side` is that of a square of its area. */
function outline(shape: string | undefined, side: number): string {
  const radius = px(side / Math.sqrt(Math.PI));
  const half = px(side / Math.SQRT2);
  const arm = px(side / Math.sqrt(5));
  const [a, b] = [px(1.5 * arm), px(0.5 * arm)];
  if (shape === 'diamond') return `M0 -${half}L${half} 0L0 ${half}L-${half} 0Z`;
  if (shape === 'triangle-up') return `M0 -${half}L${half} ${half}H-${half}Z`;
  if (shape === 'cross') return `M-${a} -${b}H-${b}V-${a}H${b}V-${b}H${a}V${b}H${b}V${a}H-${b}V${b}H-${a}Z`;
  return `M${radius} 0A${radius} ${radius} 0 1 1 -${radius} 0A${radius} ${radius} 0 1 1 ${radius} 0Z`;
}

/** A hundredth of a pixel is enough. */
export const px = (value: number): number => Math.round(value * 100) / 100;
