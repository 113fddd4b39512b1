/**
 * From a specification to SVG text: panes, their axes and titles. Data from outside comes in as values and leaves as
 * escaped text.
 */
import { escapeHtml, plainText } from '../text.js';
import { FONT_SIZE, drawLayer, px, type Frame } from './marks.js';
import { positionOf, ticksOf, type Scale } from './scales.js';
import type { AxisStyle, Channel, Pane } from './spec.js';
import { AXIS_WIDTH, INK } from './theme.js';

export type { Encoding, Layer, Mark, Pane } from './spec.js';

/** Longest description, in characters: a few sentences. */
const MOST_DESCRIPTION = 800;
const MARGIN = { left: 6, right: 10, top: 2, bottom: 2 } as const;
const BETWEEN_PANES = 12;
const TITLE_HEIGHT = 28;
const TICK_SIZE = 4;
const LABELLED = `fill="${INK.muted}" font-size="${FONT_SIZE}"`;
/** Ticks and labels under an axis, and its title. */
const LABELS_HEIGHT = 21;
const AXIS_TITLE_HEIGHT = 17;
/** Mean advance of the system fonts in pixels a character, at this size. */
const ADVANCE = 6;

/**
 * Draws a pane, or several one below the other.
 * @param description what the picture shows, for readers who can't see it
 */
export function render(spec: Pane | { readonly vconcat: readonly Pane[] }, description: string): Promise<string> {
  const panes = 'vconcat' in spec ? spec.vconcat : [spec];
  const drawn = panes.map(drawPane);
  const left = MARGIN.left + (drawn.some(({ hasValueAxis }) => hasValueAxis) ? AXIS_WIDTH : 0);
  const width = left + Math.max(...panes.map((pane) => pane.width)) + MARGIN.right;
  let top: number = MARGIN.top - BETWEEN_PANES;
  const groups = drawn.map(({ svg, above, height, below }) => {
    const at = top + BETWEEN_PANES + above;
    top = at + height + below;
    return `<g transform="translate(${px(left)},${px(at)})">${svg}</g>`;
  });
  const label = escapeHtml(plainText(description, MOST_DESCRIPTION));
  const [w, h] = [px(width), px(top + MARGIN.bottom)];
  return Promise.resolve(
    `<svg role="img" aria-label="${label}" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">${groups.join('')}</svg>`,
  );
}

function drawPane({ title, width, height, encoding, layer }: Pane) {
  const layers = layer.map((each) => ({ ...each, encoding: { ...encoding, ...each.encoding } }));
  const across = scaled([encoding?.x, ...layers.map((each) => each.encoding.x)]);
  const up = scaled(layers.map((each) => each.encoding.y));
  const frame: Frame = {
    width,
    height,
    x: positionOf(across?.scale ?? { domain: [0, width] }, 0, width),
    y: positionOf(up?.scale ?? { domain: [0, height] }, height, 0),
  };
  const bold = `fill="${INK.text}" font-size="11.5" font-weight="600"`;
  const heading =
    title === undefined ? '' : `<text x="${3 - AXIS_WIDTH}" y="-13" ${bold}>${escapeHtml(title.text)}</text>`;
  const [bottom, side] = [across?.axis ?? null, up?.axis ?? null];
  const marks = layers.map((each) => drawLayer(each, frame)).join('');
  return {
    svg:
      (side === null ? '' : valueAxis(side, ticks(side, up?.scale), frame)) +
      (bottom === null ? '' : bottomAxis(bottom, ticks(bottom, across?.scale), frame)) +
      marks +
      heading,
    hasValueAxis: side !== null,
    above: title === undefined ? 0 : TITLE_HEIGHT,
    height,
    below:
      bottom === null || bottom.label === null ? 0 : LABELS_HEIGHT + (bottom.title == null ? 0 : AXIS_TITLE_HEIGHT),
  };
}

/** The first channel that brings a scale: all layers of a pane share it. */
function scaled(channels: readonly (Channel | undefined)[]) {
  for (const channel of channels)
    if (channel !== undefined && 'scale' in channel && channel.scale !== undefined)
      return { scale: channel.scale, axis: channel.axis ?? null };
  return null;
}

function ticks({ values, tickCount = 4 }: AxisStyle, scale: Scale | undefined): readonly number[] {
  return values ?? (scale === undefined ? [] : ticksOf(scale.domain, tickCount));
}

/** The value axis: horizontal grid lines, and labels to the left of the pane. */
function valueAxis({ label }: AxisStyle, values: readonly number[], { y, width }: Frame): string {
  const at = values.map((value) => y(value) + 0.5);
  const lines = at.map((each) => `M0 ${px(each)}H${px(width)}`).join('');
  // A label that would touch the one below it is left out.
  let below = Infinity;
  const labels = values.map((value, index) => {
    const each = at[index] ?? 0;
    if (Math.abs(below - each) < FONT_SIZE) return '';
    below = each;
    return textAt(0, each + 3.5, label?.(value) ?? '');
  });
  return (
    `<path d="${lines}" stroke="${INK.grid}" fill="none"/>` +
    `<g transform="translate(${-TICK_SIZE},0)" ${LABELLED} text-anchor="end">${labels.join('')}</g>`
  );
}

function bottomAxis(axis: AxisStyle, values: readonly number[], { x, width, height }: Frame): string {
  const { label, title, grid = false, hasLine = true } = axis;
  const at = values.map((value) => x(value) + 0.5);
  const gridLines = grid ? at.map((each) => `M${px(each)} 0V${px(height)}`).join('') : '';
  const ticksDown =
    label === null || !hasLine ? '' : at.map((each) => `M${px(each)} ${px(height)}v${TICK_SIZE}`).join('');
  const line = hasLine ? `M0 ${px(height + 0.5)}H${px(width)}` : '';
  let end = -Infinity;
  const labels = values.map((value, index) => {
    const each = at[index] ?? 0;
    const text = label?.(value) ?? '';
    const half = (text.length * ADVANCE) / 2;
    // The outermost labels end where the axis does.
    const middle = Math.min(Math.max(each, half), width - half);
    if (middle - half < end + 4) return '';
    end = middle + half;
    const anchor = middle > each ? 'start' : middle < each ? 'end' : null;
    return textAt(anchor === 'start' ? 0 : anchor === 'end' ? width : each, 0, text, anchor);
  });
  const name = title == null ? '' : textAt(width / 2, AXIS_TITLE_HEIGHT, title);
  const group = `<g transform="translate(0,${px(height + 18)})" ${LABELLED} text-anchor="middle">`;
  return (
    (gridLines === '' ? '' : `<path d="${gridLines}" stroke="${INK.grid}" fill="none"/>`) +
    (line + ticksDown === '' ? '' : `<path d="${line}${ticksDown}" stroke="${INK.axis}" fill="none"/>`) +
    (label === null ? '' : `${group}${labels.join('')}${name}</g>`)
  );
}

const textAt = (x: number, y: number, text: string, anchor: string | null = null): string =>
  `<text x="${px(x)}" y="${px(y)}"${anchor === null ? '' : ` text-anchor="${anchor}"`}>${escapeHtml(text)}</text>`;
