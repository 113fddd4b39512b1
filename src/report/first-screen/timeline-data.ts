/** What the page's script reads: the texts of the readout at each moment. */
import type { TimelineModel } from './timeline-types.js';

/** Characters that end a script element, or a line of one, wherever they stand. */
const UNSAFE = /[<>&\u2028\u2029]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON that stays text in HTML. */
const jsonForHtml = (value: unknown): string => JSON.stringify(value).replace(UNSAFE, escaped);

export function dataElement({ moments, panes }: TimelineModel): string {
  const tracks = panes.flatMap((pane) => pane.tracks.map(({ id, texts }) => [id, texts] as const));
  const data = {
    from: moments.fromS,
    width: moments.widthS,
    texts: moments.texts,
    places: moments.places,
    tracks,
  };
  return `<script type="application/json" class="clock-data">${jsonForHtml(data)}</script>`;
}
