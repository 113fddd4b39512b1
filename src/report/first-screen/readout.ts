/** The rows beside the timeline: what each line is, and its value at the crosshair. */
import { html, trusted, type Markup } from '../layouts/markup.js';
import { place, WIDE } from './timeline-drawing.js';
import type { Swatch, TimelineModel, Track } from './timeline-types.js';

const ROW = 16;

function swatch(of: Swatch): Markup {
  const inside =
    of.kind === 'area' ? `<rect width="14" height="10" fill="${of.fill}"/>` : `<path class="${of.look}" d="M0 5H14"/>`;
  return trusted(`<svg width="14" height="10" aria-hidden="true">${inside}</svg>`);
}

const row = ({ id, words, swatch: of, texts }: Track, at: number): Markup =>
  html`<li data-track="${id}">${swatch(of)}<span>${words}</span><b>${texts[at] ?? '–'}</b></li>`;

/** Each group stands beside its pane, as far as the rows of the one above leave it room. */
export function readout(model: TimelineModel): Markup {
  const { moments, at } = model;
  let taken = 0;
  const groups = place(model, WIDE).panes.map(({ pane, top }) => {
    const from = Math.max(top - 8, taken + 6);
    taken = from + pane.tracks.length * ROW;
    return html`<div style="top:${Math.round(from)}px"><h3>${pane.title}</h3><ul>${pane.tracks.map((track) =>
      row(track, at),
    )}</ul></div>`;
  });
  return html`<div class="readout" style="--rows:${Math.round(taken)}px">
<p class="moment"><b>at ${moments.texts[at] ?? ''}</b><span>${moments.places[at] ?? ''}</span></p>${groups}</div>`;
}
