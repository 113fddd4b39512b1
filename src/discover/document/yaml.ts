/** Values and comments of a scenario's text. What came from a server can't end a line or a quotation. */

/** Not printable in YAML, or the end of a line there (YAML 1.2, 5.1 and 5.4). */
const NOT_PRINTABLE = /\p{Cc}|[\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/gu;
/** Read as text by every reader of YAML. */
const PLAIN_KEY = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[a-z][a-z0-9_-]*$/i;

/** A value in flow form, on one line. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${(value as readonly unknown[]).map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, each]) => `${keyText(key)}: ${flow(each)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  return quoted(JSON.stringify(value) ?? 'null');
}

/** JSON with what is not printable as escapes, which YAML reads the same way. */
function quoted(json: string): string {
  return json.replace(NOT_PRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export const keyText = (key: string): string => (PLAIN_KEY.test(key) ? key : flow(key));

/** Text of others as part of a comment: one line, printable, short. */
export function remark(text: string, longest = 100): string {
  const line = text.replace(NOT_PRINTABLE, ' ').replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1).trimEnd()}…`;
}

/** Comment lines of at most 110 columns, at this indentation. */
export function comment(text: string, indent = ''): string {
  const width = 110 - indent.length - 2;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each) => `${indent}# ${each}`.trimEnd()).join('\n');
}
