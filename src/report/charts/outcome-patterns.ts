/** The hatches of outcomes: drawn once on a page, and referred to by every picture and key of it. */
import { html, trusted, type Markup } from '../layouts/markup.js';
import { CALL_CLASSES, CLASS_STYLE, type CallClass } from './theme.js';

/** Side of a tile, how far it is turned, and what is drawn on it in the colour of paper. Null: the plain colour. */
const TILES: Readonly<Record<CallClass, { readonly side: number; readonly turn: number; readonly d: string } | null>> =
  {
    good: null,
    late: { side: 5, turn: 0, d: 'M1 0V5' },
    deadline: { side: 6, turn: 45, d: 'M1.5 0V6' },
    shed: { side: 4, turn: 0, d: 'M1 1H2' },
    transport: { side: 6, turn: 135, d: 'M1.5 0V6' },
    refused: { side: 5, turn: 90, d: 'M1 0V5' },
    tool: { side: 7, turn: 0, d: 'M1 0V7M0 1H7' },
    wrong: { side: 6, turn: 45, d: 'M1 0V6M0 1H6' },
    generator: { side: 9, turn: 45, d: 'M2 0V9M5 0V9' },
  };

/** What an area of this class is filled with. */
export const outcomeFill = (drawn: CallClass): string =>
  TILES[drawn] === null ? CLASS_STYLE[drawn].colour : `url(#o-${drawn})`;

export const OUTCOME_DEFS: Markup = html`<svg width="0" height="0" aria-hidden="true" class="defs"><defs>${trusted(
  CALL_CLASSES.map((drawn) => {
    const tile = TILES[drawn];
    if (tile === null) return '';
    const { side, turn, d } = tile;
    return (
      `<pattern id="o-${drawn}" width="${side}" height="${side}" patternUnits="userSpaceOnUse"` +
      `${turn === 0 ? '' : ` patternTransform="rotate(${turn})"`}>` +
      `<rect width="${side}" height="${side}" fill="${CLASS_STYLE[drawn].colour}"/>` +
      `<path d="${d}" stroke="var(--paper)" stroke-width="1" stroke-opacity=".62" fill="none"/></pattern>`
    );
  }).join(''),
)}</defs></svg>`;
