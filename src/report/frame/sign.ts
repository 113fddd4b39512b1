/** Signs of verdicts: a state is a shape first, and then a colour. */
import { html, type Markup } from '../layouts/markup.js';
import type { State } from '../words.js';

/** A disc with a check, a square with a cross, a half disc, a triangle, a ring. */
const SHAPES: Readonly<Record<State, Markup>> = {
  good: html`<circle cx="7" cy="7" r="7" fill="currentColor"/><path d="M3.5 7.2 6 9.6 10.5 4.8" fill="none"
 stroke="var(--paper)" stroke-width="1.6"/>`,
  bad: html`<rect width="14" height="14" fill="currentColor"/><path d="M4 4 10 10M10 4 4 10" stroke="var(--paper)"
 stroke-width="1.6"/>`,
  unsure: html`<circle cx="7" cy="7" r="6" fill="none" stroke="currentColor" stroke-width="2"/>
<path d="M7 1A6 6 0 0 0 7 13Z" fill="currentColor"/>`,
  look: html`<path d="M7 1.4 13 12.6H1Z" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round"/>
<path d="M7 5.2V8.6M7 10V11.2" stroke="currentColor" stroke-width="1.4"/>`,
  quiet: html`<circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" stroke-width="1.6"/>`,
};

const SIGN_TONES = Object.keys(SHAPES) as readonly State[];

/** The shapes, drawn once; every sign of the page refers to them. */
export const SIGN_SHAPES = html`<svg width="0" height="0" aria-hidden="true" class="defs"><defs>${SIGN_TONES.map(
  (tone) => html`<g id="sign-${tone}">${SHAPES[tone]}</g>`,
)}</defs></svg>`;

/** The sign beside words that say the same; a reader of the words alone misses nothing. */
export const sign = (tone: State): Markup =>
  html`<svg class="sign ${tone}" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><use
 href="#sign-${tone}"/></svg>`;
