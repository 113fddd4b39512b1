/** Forms in which a server may give a secret back, and what must then not be found anywhere. */

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const html = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
const json = (text: string): string => JSON.stringify(text).slice(1, -1);
const form = (text: string): string => new URLSearchParams({ k: text }).toString().slice(2);

/** As MIME and logs break lines, only shorter. */
const inLines = (text: string, between: string): string => (text.match(/.{1,20}/gs) ?? []).join(between);

/** 27 of them. */
export const ENCODINGS: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  json,
  'json twice': (secret) => json(json(secret)),
  'json in ASCII': (secret) =>
    json(secret).replace(/[^\x20-\x7e]|[<>&'/]/gu, (sign) =>
      Array.from({ length: sign.length }, (_, i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
    ),
  'percent-encoded': encodeURIComponent,
  'percent-encoded twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'percent-encoded in lower case': (secret) => encodeURIComponent(secret).replace(/%../g, (each) => each.toLowerCase()),
  form,
  html,
  'html with numbers': (secret) =>
    secret.replace(/[^A-Za-z0-9]/gu, (sign) => `&#x${sign.codePointAt(0)?.toString(16)};`),
  base64,
  'base64 of user:SECRET': (secret) => base64(`user:${secret}`),
  'base64 of me:SECRET': (secret) => base64(`me:${secret}`),
  'base64 of root:SECRET, form-encoded': (secret) => form(base64(`root:${secret}`)),
  'base64 for URLs': (secret) => Buffer.from(`bearer ${secret}`).toString('base64url'),
  'base64 of user:SECRET in lines': (secret) => inLines(base64(`user:${secret}`), '\r\n'),
  'base64 of me:SECRET in lines that are indented': (secret) => inLines(base64(`me:${secret}`), '\n        '),
  'base64 of root:SECRET in lines, as JSON': (secret) => json(inLines(base64(`root:${secret}`), '\r\n')),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  'HEX with colons': (secret) => (Buffer.from(secret).toString('hex').toUpperCase().match(/../g) ?? []).join(':'),
  'base64 of base64 of user:SECRET': (secret) => base64(base64(`user:${secret}`)),
  'base64 of UTF-16': (secret) => Buffer.from(secret, 'utf16le').toString('base64'),
  'bytes as JSON': (secret) => JSON.stringify([...Buffer.from(secret)]),
  'bytes as numbers': (secret) => `[${[...Buffer.from(secret)].join(' ')}]`,
  'octal escapes': (secret) =>
    [...Buffer.from(secret)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  'bytes of Python': (secret) =>
    secret.replace(/[^\x20-\x7e]/gu, (sign) =>
      [...Buffer.from(sign)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    ),
  'lower case': (secret) => secret.toLowerCase(),
};

/** Stretches of `text` that give the secret away: of 6 characters of it, plain or in any of the forms. */
export function hitsOf(text: string, secret: string): readonly string[] {
  return Object.entries(ENCODINGS).flatMap(([name, encode]) => {
    const encoded = encode(secret);
    if (text.toLowerCase().includes(encoded.toLowerCase())) return [name];
    // A part that is left over is a hit as well, of any line; the ends of base64 hold bits of what is around.
    const inner = encoded.split(/\s*\n\s*/).map((line) => line.slice(4, -4).slice(0, 12));
    return inner.some((part) => part.length === 12 && text.includes(part)) ? [`${name}, in part`] : [];
  });
}
