/**
 * From a Vega-Lite specification to an SVG string, in Node: no canvas, no browser, nothing loaded. Specifications are
 * ours alone; data from outside comes in as data values and leaves as escaped text.
 */
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { escapeHtml, plainText } from '../text.js';
import { CHART_CONFIG, NARROW_PANE_WIDTH, WIDE_PANE_WIDTH } from './theme.js';

/** One layer of a layered view. */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];
/** A layer that is one mark with its encoding. */
type Unit = Extract<Layer, { mark: unknown }>;
export type Mark = Unit['mark'];
export type Encoding = NonNullable<Unit['encoding']>;
/** One pane of a stack of panes. */
export type Pane = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number];

/** Longest description, in characters: a few sentences. */
const MOST_DESCRIPTION = 800;

function same<T>(this: T): T {
  return this;
}
const SILENT = { level: same, error: same, warn: same, info: same, debug: same };

/** Nothing a chart names is ever fetched. */
const refuse = () => Promise.reject(new Error('A chart loads nothing.'));
const NO_LOADER: vega.Loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

/**
 * Draws a specification.
 * @param spec without `$schema` and `config`: the badge is the theme's
 * @param description what the picture shows, for readers who can't see it
 */
export async function render(spec: TopLevelSpec, description: string): Promise<string> {
  const { spec: compiled } = compile({ ...spec, config: CHART_CONFIG }, { logger: SILENT });
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logLevel: vega.Error, loader: NO_LOADER });
  try {
    return slim(await view.toSVG(), description);
  } finally {
    view.finalize();
  }
}

/**
 * The same picture for a wide and for a narrow screen; the page shows one of them.
 * @param specOf the specification, for a width of its panes
 */
export async function renderWide(specOf: (width: number) => TopLevelSpec, description: string): Promise<string> {
  const narrow = await render(specOf(NARROW_PANE_WIDTH), description);
  return `${narrow.replace('<svg', '<svg class="narrow"')}${await render(specOf(WIDE_PANE_WIDTH), description)}`;
}

/**
 * Halves what Vega writes: no empty groups, no namespaces (HTML knows SVG), numbers to a hundredth of a pixel, one
 * label for the whole.
 */
function slim(svg: string, description: string): string {
  const body = svg
    .replace(/<path class="(?:foreground|background)"[^>]*\/>/g, '')
    .replace(/<[a-z][^>]*>/g, (tag) =>
      tag
        .replace(/ (?:xmlns(?::xlink)?|version|class|role|aria-[a-z]+|pointer-events|font-family)="[^"]*"/g, '')
        .replace(/ (?:opacity="1"|stroke-width="1"(?= stroke-dash))/g, '')
        .replace(
          /(d|transform|x2|y2)="([^"]*)"/g,
          (_, name: string, value: string) => `${name}="${value.replace(/-?\d+\.\d+(?:e-?\d+)?/g, hundredth)}"`,
        ),
    )
    .replace(/<g><\/g>/g, '');
  const label = `<svg role="img" aria-label="${escapeHtml(plainText(description, MOST_DESCRIPTION))}"`;
  // A function, because a replacement text would give `$&` and its like in a name a meaning.
  return body.replace('<svg', () => label);
}

const hundredth = (number: string): string => String(Math.round(Number(number) * 100) / 100);
