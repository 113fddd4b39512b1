/**
 * The forms that a secret takes on its way through servers, logs and error texts, as regular expressions. Each is a
 * fixed sequence of small alternatives with bounded repetitions, so that matching takes time in proportion to the text.
 *
 * These are what programs do to a text by themselves. A text that is reversed, cut up or encrypted is none of them: who
 * does that on purpose has the secret anyway, and no list is complete against it.
 */

/** Shorter secrets are found as whole words only: within others they stand by chance. */
export const SHORTEST_SECRET = 8;

/** Stretches of an encoded secret shorter than this are too common to be taken out. */
const SHORTEST_ENCODED = 6;

/** Names of characters in HTML, besides their numbers. */
const HTML_NAMES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** Patterns of one secret, for flags `giu` where it is long enough, and `gu` as a whole word where it is not. */
export function formsOf(secret: string): readonly RegExp[] {
  // Logs are redacted line by line, and a key in PEM form has several.
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= SHORTEST_SECRET);
  const texts = lines.length > 1 ? [secret, ...lines] : [secret];
  return texts.flatMap((text) => {
    const isLong = text.length >= SHORTEST_SECRET;
    const plain = spelled(text);
    const cores = base64Cores(Buffer.from(text));
    // A header that is encoded once more, as in a secret of Kubernetes; and what PowerShell encodes.
    const twice = cores.flatMap((core) => base64Cores(Buffer.from(core)));
    const wide = base64Cores(Buffer.from(text, 'utf16le'));
    const encoded = [
      ...cores.map(spelled).map(inBase64),
      ...(isLong ? [hex(text), numbers(text), [...twice, ...wide].map(ofBase64).join('|')] : []),
    ];
    const whole = isLong ? plain : `(?<![\\p{L}\\p{N}_])${plain}(?![\\p{L}\\p{N}_])`;
    const flags = isLong ? 'giu' : 'gu';
    return [new RegExp(whole, flags), ...encoded.map((form) => new RegExp(form, isLong ? 'giu' : 'gu'))];
  });
}

/**
 * A text in which each character may stand as it is or escaped in its own way: for JSON (`\"`, `\/`, `\u003c`), in a
 * URL or form (`%2B`, `+` for a space), in HTML (`&lt;`, `&#39;`, `&#x27;`), in a shell (`'\''`), and any of these
 * twice.
 */
function spelled(text: string): string {
  return [...text].map(spelledCharacter).join('');
}

function spelledCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const ways = new Set<string>();
  const percent = [...Buffer.from(character)].map((byte) => `%(?:25){0,2}${byteHex(byte)}`).join('');
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  const json = units.map((unit) => `\\\\{1,4}u${unit.toString(16).padStart(4, '0')}`).join('');
  ways.add(percent).add(json).add(escapedBytes(character));
  ways.add(`&(?:amp;){0,2}#0{0,4}${code};`).add(`&(?:amp;){0,2}#x0{0,4}${code.toString(16)};`);
  const named = HTML_NAMES[character];
  if (named !== undefined) ways.add(`&(?:amp;){0,2}${named};`);
  if (character === ' ') ways.add('\\+');
  if (character === '\n') ways.add('\\\\{1,4}n').add('\\r\\n').add('\\\\{1,4}r\\\\{1,4}n');
  if (character === '\r') ways.add('\\\\{1,4}r');
  if (character === '\t') ways.add('\\\\{1,4}t');
  if (character === "'") ways.add("'\\\\{0,4}''").add("''");
  // UTF-8 that was read as Latin-1.
  if (code > 0x7f) ways.add(literal(Buffer.from(character).toString('latin1')));
  // Base64 for URLs.
  if (character === '+') ways.add('-');
  if (character === '/') ways.add('_');
  // The plain character goes last: "%" and "&" begin the escapes of themselves.
  const last =
    character === '\\' ? '\\\\{1,4}' : `${isWordCharacter(character) ? '' : '\\\\{0,4}'}${literal(character)}`;
  return `(?:${[...ways].join('|')}|${last})`;
}

const isWordCharacter = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, (sign) => `\\${sign}`);

const byteHex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Bytes in hexadecimal, also apart or each with a prefix: `4b:45`, `4b 45`, `\x4b\x45`, `0x4b, 0x45`. */
function hex(text: string): string {
  return [...Buffer.from(text)].map((byte) => `(?:\\\\{0,4}x|0x)?${byteHex(byte)}`).join('[\\s:,-]{0,2}');
}

/** Bytes as a list of decimal numbers: a buffer of Node.js as JSON, `[75, 69]`, or of Go, `[75 69]`. */
const numbers = (text: string): string => `(?<!\\d)${[...Buffer.from(text)].join('[\\s,]{1,8}')}(?!\\d)`;

/** The bytes of a character as escapes of Python, Go or C: `\xc3\xbc`, `\303\274`. */
function escapedBytes(character: string): string {
  const bytes = [...Buffer.from(character)];
  const octal = bytes.map((byte) => `\\\\{1,4}${byte.toString(8).padStart(3, '0')}`).join('');
  return `${bytes.map((byte) => `\\\\{1,4}x${byteHex(byte)}`).join('')}|${octal}`;
}

/**
 * What is the same in the base64 of every text that holds the secret: for each of its three places between groups of
 * three bytes, the characters that are made of the secret's bits alone. `user:SECRET` is one such text.
 */
function base64Cores(bytes: Buffer): readonly string[] {
  const cores = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const from = Math.ceil((before * 8) / 6);
    return encoded.slice(from, Math.floor(((before + bytes.length) * 8) / 6));
  });
  return cores.filter((core) => core.length >= SHORTEST_ENCODED);
}

/** With the rest of the group of characters around it: its ends hold some bits of the secret as well. */
const inBase64 = (core: string): string =>
  `(?:[A-Za-z0-9+/_-]|%2b|%2f|\\\\/){0,2}${core}(?:[A-Za-z0-9+/_-]|%2b|%2f|\\\\/){0,3}(?:=|%3d){0,2}`;

/** The same of what is seldom met, as it is written: a text without it is passed over fast. */
const ofBase64 = (core: string): string =>
  `${core.replaceAll('+', '[+-]').replaceAll('/', '[/_]')}[A-Za-z0-9+/_-]{0,3}={0,2}`;
