/** HTML that cannot be written wrong: what goes into an `html` template is escaped, unless it is itself `Markup`. */
import { escapeHtml, heldTogether, plainText } from '../text.js';

const made = new WeakSet<object>();

/** A piece of finished HTML. Only this module makes them, so an object of this shape from a record is not one. */
export interface Markup {
  readonly html: string;
}

export type Content = Markup | string | number | null | undefined | false | readonly Content[];

/** Finished HTML from a trusted maker (our own renderer, our own style sheet); never for text from outside. */
export function trusted(source: string): Markup {
  const markup: Markup = Object.freeze({ html: source });
  made.add(markup);
  return markup;
}

/** A template whose holes hold data. Strings become text, arrays are joined, null and false are nothing. */
export function html(parts: TemplateStringsArray, ...holes: readonly Content[]): Markup {
  let source = parts[0] ?? '';
  holes.forEach((hole, index) => {
    source += rendered(hole) + (parts[index + 1] ?? '');
  });
  return trusted(source);
}

/** Text from outside: made printable, cut at 200 characters, escaped. */
export const outside = (text: string, limit?: number): Markup => trusted(escapeHtml(plainText(text, limit)));

/** Longest passage of our own words; parts of it from outside are cut where they enter. */
const MOST_PROSE = 2_000;

/** Text in which a number never parts from its unit at a line's end. */
export const prose = (text: string): Markup => trusted(escapeHtml(heldTogether(plainText(text, MOST_PROSE))));

function rendered(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return escapeHtml(String(content));
  if (isList(content)) return content.map(rendered).join('');
  if (!made.has(content)) throw new TypeError('Only the html template makes markup.');
  return content.html;
}

const isList = (content: Content): content is readonly Content[] => Array.isArray(content);
