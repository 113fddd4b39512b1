/** How wide text becomes at most, and text cut to a width. A drawing is made before the font of its reader is known. */
import { displayWidth } from '../text.js';

/** A font of the style sheet: its size in pixels, and whether it is bold. */
export interface Font {
  readonly px: number;
  readonly isBold: boolean;
}

/** Advances in em of DejaVu Sans Bold, the widest font that system-ui and its fallbacks commonly are, by class. */
const ADVANCES: readonly (readonly [RegExp, number])[] = [
  [/['ijl /IJ\\|,.:;]/, 0.4],
  [/[-f!()[\]tr_`]/, 0.5],
  [/[%@mMwW#+<=>^~…]/, 1.12],
  [/[A-Z&\u00c0-\u00de]/, 0.87],
  [/[ -~\u00a0-\u024f]/, 0.75],
];
const OTHER = 1.25;
const EAST_ASIAN = 1.4;
/** Regular against bold. */
const REGULAR = 0.9;

function advanceOf(character: string): number {
  const columns = displayWidth(character);
  if (columns !== 1) return columns === 0 ? 0 : EAST_ASIAN;
  return ADVANCES.find(([characters]) => characters.test(character))?.[1] ?? OTHER;
}

/** Pixels that this text takes at most. */
export function textWidth(text: string, { px, isBold }: Font): number {
  let em = 0;
  for (const character of text) em += advanceOf(character);
  return em * px * (isBold ? 1 : REGULAR);
}

/** As many characters as fit, with an ellipsis; empty where not even `least` of them do. */
export function fitted(text: string, room: number, font: Font, least = 2): string {
  if (textWidth(text, font) <= room) return text;
  let cut = '';
  for (const character of text) {
    if (textWidth(`${cut}${character}…`, font) > room) break;
    cut += character;
  }
  const characters = Array.from(cut.trimEnd());
  return characters.length < least ? '' : `${characters.join('')}…`;
}
