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
 * The SVG source of a picture, always the same; of one that fills the page for a narrow and for a wide screen: the page
 * shows one. `description`: what the picture shows, for readers who can't see it.
 */
export async function render(picture: Picture, description: string): Promise<string> {
  const specs = typeof picture === 'function' ? [NARROW_PANE_WIDTH, WIDE_PANE_WIDTH].map(picture) : [picture];
  const [first = '', ...wide] = await (await import('./vega.js')).drawWithVega(specs, description);
  return [wide.length === 0 ? first : first.replace('<svg', '<svg class="narrow"'), ...wide].join('');
}
