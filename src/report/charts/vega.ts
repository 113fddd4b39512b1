/**
 * From a Vega-Lite specification to an SVG string, in Node: no canvas, no browser, nothing loaded. Specifications are
 * ours alone; data from outside comes in as data values and leaves as escaped text. Apart from `render.ts`, so that
 * a program that draws elsewhere, or nothing, does not load Vega.
 */
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { escapeHtml, plainText } from '../text.js';
import { CHART_CONFIG } from './theme.js';

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
 * @param description what the picture shows, for readers who can't see it
 */
export async function drawWithVega(spec: TopLevelSpec, description: string): Promise<string> {
  const { spec: compiled } = compile({ ...spec, config: CHART_CONFIG }, { logger: SILENT });
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logLevel: vega.Error, loader: NO_LOADER });
  try {
    return slim(await view.toSVG(), description);
  } finally {
    view.finalize();
  }
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
