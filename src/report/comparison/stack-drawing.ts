/** The picture of a stack: the client, and the parts that its calls pass, from left to right. */
import type { StackPart, StackPicture } from '../../compare/index.js';
import { px } from '../drawing/index.js';
import { html, type Markup } from '../layouts/markup.js';
import { plainText } from '../text.js';

const ROW = 18;
const HEIGHT_OF_ONE = 24;
/** Parts of one layer that are drawn; more are counted. */
const MOST_PARTS = 5;

const KIND_WORDS = { link: 'link', gateway: 'gateway', server: 'server' } as const;

/** `client → gw (gateway) → upstream (link) → alpha, beta (server)`. */
export function stackWords(stack: StackPicture): string {
  const layers = stack.map((layer) => {
    const kinds = [...new Set(layer.map(({ kind }) => KIND_WORDS[kind]))];
    return `${layer.map(({ name }) => plainText(name, 40)).join(', ')} (${kinds.join(', ')})`;
  });
  return ['client', ...layers].join(' → ');
}

interface Place {
  readonly part: StackPart;
  readonly x: number;
  readonly y: number;
}

/** The picture without names, `width` pixels wide; what it shows stands in its label. */
export function stackDrawing(stack: StackPicture, width: number): Markup {
  const rows = Math.max(1, ...stack.map((layer) => Math.min(layer.length, MOST_PARTS)));
  const height = HEIGHT_OF_ONE + (rows - 1) * ROW;
  const middle = height / 2;
  const [first, last] = [6, width - 8];
  const x = (layer: number): number => px(first + ((layer + 1) / Math.max(1, stack.length)) * (last - first));
  const places = stack.flatMap((layer, index) => {
    const drawn = layer.slice(0, MOST_PARTS);
    return drawn.map((part, row): Place => ({
      part,
      x: x(index),
      y: px(middle + (row - (drawn.length - 1) / 2) * ROW),
    }));
  });
  const nearest = places.filter((place) => place.x === x(0));
  const line = (from: { readonly x: number; readonly y: number }, to: Place): Markup =>
    html`<path class="wire" d="M${from.x} ${from.y}L${to.x} ${to.y}"/>`;
  const wires = [
    ...nearest.map((place) => line({ x: first, y: middle }, place)),
    ...places.flatMap((place) =>
      place.part.to.flatMap((name) => places.filter((each) => each.part.name === name).map((to) => line(place, to))),
    ),
  ];
  return html`<svg class="stack" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"
 aria-label="${stackWords(stack)}"><title>${stackWords(stack)}</title>${wires}
<circle class="client" cx="${first}" cy="${middle}" r="3.5"/>${places.map(drawn)}</svg>`;
}

function drawn({ part: { kind }, x, y }: Place): Markup {
  switch (kind) {
    case 'link':
      return html`<path class="hop" d="M${px(x - 5)} ${y}L${x} ${px(y - 5)}L${px(x + 5)} ${y}L${x} ${px(y + 5)}Z"/>`;
    case 'gateway':
      return html`<rect class="hop" x="${px(x - 9)}" y="${px(y - 6)}" width="18" height="12"/>`;
    case 'server':
      return html`<rect class="server" x="${px(x - 5)}" y="${px(y - 5)}" width="10" height="10"/>`;
  }
}
