/**
 * Text from outside made harmless: tool names, error messages and what a server says of itself are data, never markup,
 * never terminal commands. Nothing is interpreted; what can't be shown is dropped or shown as what it is.
 */

const MOST_CHARACTERS = 200;

const ESC = String.fromCodePoint(0x1b);
const BELL = String.fromCodePoint(0x07);
/** Terminal sequences as a whole (ECMA-48: CSI, OSC and the two-byte forms), so that no `[31m` is left behind. */
const ESCAPE_SEQUENCES = new RegExp(
  [
    `(?:${ESC}\\[|\u009b)[0-?]*[ -/]*[@-~]`,
    `(?:${ESC}\\]|\u009d)[^${BELL}${ESC}\u009c]*(?:${BELL}|${ESC}\\\\|\u009c)?`,
    `${ESC}[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);
const BLANKS = /[\s\u0085]+/g;
/** Controls, and characters that format or direct and take no room: among them the overrides of CVE-2021-42574. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;
/** How a line of a log commands Azure Pipelines, TeamCity or an old runner of GitHub. */
const CI_COMMAND = /##(?=\w*\[)/g;
const LONE_SURROGATES = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** One line, printable, at most `limit` characters (200 by default). */
export function plainText(raw: string, limit: number = MOST_CHARACTERS): string {
  // Cut generously first: a name of megabytes must not cost five passes over all of it.
  const text = harmless(raw.slice(0, limit * 8).replace(BLANKS, ' ')).trim();
  const characters = Array.from(text);
  return characters.length <= limit && raw.length <= limit * 8 ? text : `${characters.slice(0, limit - 1).join('')}…`;
}

/** Printable text of several lines, at most `limit` characters. Line breaks and tabs are kept. */
export function plainBlock(raw: string, limit: number): string {
  const lines = raw.slice(0, limit).split(/\r\n|[\n\r\u0085\u2028\u2029]/);
  const text = lines.map((line) => line.split('\t').map(harmless).join('  ')).join('\n');
  return raw.length > limit ? `${text}\n… (${raw.length - limit} more characters)` : text;
}

const harmless = (text: string): string =>
  text.replace(ESCAPE_SEQUENCES, '').replace(UNSEEN, '').replace(LONE_SURROGATES, '\uFFFD').replace(CI_COMMAND, '# #');

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Text as HTML text or as the value of a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"'`]/g, (character) => HTML_ENTITIES[character] ?? '');

/**
 * Text as Markdown text that stays text: no tags, links, mentions, code spans or table cells of its own. Entities where
 * a table or an autolink reads the raw source (CommonMark 0.31, GFM tables and autolinks), backslashes
 * elsewhere.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[&<>|`@]|[\\*_{}[\]#!~$]/g, (character) =>
      /[&<>|`@]/.test(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`,
    )
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/\bwww\./gi, (prefix) => `${prefix.slice(0, -1)}\\.`);
}

/** Columns a terminal gives this text: two for East Asian wide characters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Cut to at most `columns` terminal columns, the last of them an ellipsis when something was cut. */
export function fitWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let fitted = '';
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns - 1) break;
    fitted += character;
  }
  return columns < 1 ? '' : `${fitted}…`;
}

/** A number and its unit are one word. */
const UNIT_GAPS = /(\d) (?=(?:ns|µs|ms|s|min|%|x|calls?|MiB|KiB|B)(?!\w))/g;
const HARD_BLANK = '\u00a0';

/** Text in which a number never parts from its unit at a line's end. */
export const heldTogether = (text: string): string => text.replace(UNIT_GAPS, `$1${HARD_BLANK}`);

/** Words set into lines of at most `columns`; a word that is longer by itself is cut. At least one line. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const held of heldTogether(text).split(' ')) {
    const word = held.replaceAll(HARD_BLANK, ' ');
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= columns) line = longer;
    else {
      if (line !== '') lines.push(line);
      line = fitWidth(word, columns);
    }
  }
  return [...lines, line];
}

/** East Asian wide characters, and emoji. */
const WIDE = new RegExp(
  '[\\u1100-\\u115f\\u2e80-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff00-\\uff60\\uffe0-\\uffe6' +
    '\\u{1f300}-\\u{1faff}\\u{20000}-\\u{3fffd}]',
  'u',
);

function characterWidth(character: string): number {
  if (/\p{Mark}/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
