/** From what a chart shows to its SVG source: here, or wherever the caller has it drawn. */
import type { TopLevelSpec } from 'vega-lite';
import { NARROW_PANE_WIDTH, WIDE_PANE_WIDTH, type Picture } from './theme.js';

/** One layer of a layered view. */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];
/** A layer that is one mark with its encoding. */
type Unit = Extract<Layer, { mark: unknown }>;
export type Mark = Unit['mark'];
export type Encoding = NonNullable<Unit['encoding']>;
/** One pane of a stack of panes. */
export type Pane = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number];

/** Loads Vega, which is most of what a report loads: else the first drawing does. */
export async function loadDrawing(): Promise<void> {
  await import('./vega.js');
}

/**
 * Draws a specification, always to the same SVG source.
 * `description`: what the picture shows, for readers who can't see it.
 */
const draw = async (spec: TopLevelSpec, description: string): Promise<string> =>
  (await import('./vega.js')).drawWithVega(spec, description);

/** The SVG source of a picture; of one that fills the page for a wide and for a narrow screen: the page shows one. */
export async function render(picture: Picture, description: string): Promise<string> {
  if (typeof picture !== 'function') return draw(picture, description);
  const [narrow, wide] = await Promise.all([
    draw(picture(NARROW_PANE_WIDTH), description),
    draw(picture(WIDE_PANE_WIDTH), description),
  ]);
  return `${narrow.replace('<svg', '<svg class="narrow"')}${wide}`;
}
