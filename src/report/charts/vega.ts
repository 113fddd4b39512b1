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
 * Draws specifications. One that differs from the one before it in its width alone is not compiled again, which is most
 * of the work; its picture is the same as if it were.
 * @param description what the pictures show, for readers who can't see them
 * @returns the SVG source of each
 */
export async function drawWithVega(specs: readonly TopLevelSpec[], description: string): Promise<readonly string[]> {
  const drawn: string[] = [];
  let made: { readonly spec: TopLevelSpec; readonly dataflow: vega.Runtime } | null = null;
  for (const spec of specs) {
    if (made === null || !isSameButForWidth(made.spec, spec)) made = { spec, dataflow: dataflowOf(spec) };
    const view = new vega.View(made.dataflow, { renderer: 'none', logLevel: vega.Error, loader: NO_LOADER });
    try {
      if (spec !== made.spec && 'width' in spec && typeof spec.width === 'number') view.width(spec.width);
      drawn.push(slim(await view.toSVG(), description));
    } finally {
      view.finalize();
    }
  }
  return drawn;
}

const dataflowOf = (spec: TopLevelSpec): vega.Runtime =>
  vega.parse(compile({ ...spec, config: CHART_CONFIG }, { logger: SILENT }).spec);

/** Long lists are the same only where they are one list: to compare them takes as long as to compile them. */
function isSameButForWidth(one: TopLevelSpec, other: TopLevelSpec): boolean {
  const parts: readonly (readonly [string, unknown])[] = Object.entries(one);
  const others = new Map<string, unknown>(Object.entries(other));
  if (parts.length !== others.size) return false;
  return parts.every(([key, value]) => {
    const its = others.get(key);
    if (value === its || (key === 'width' && typeof value === 'number' && typeof its === 'number')) return true;
    return key === 'title' && JSON.stringify(value) === JSON.stringify(its);
  });
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
