/** What a server says of a failure in the body of its answer, short enough to be quoted in a message. */
import { isObject, parsedOrUndefined } from '../../../protocol/index.js';
import { redactForeign } from '../../../secrets/index.js';

const LONGEST = 200;

/** Untrusted text, short enough for one line, and without secrets: a secret that is cut is not found any more. */
export function excerpt(text: string): string {
  const line = redactForeign(text).replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? line.slice(0, LONGEST - 1) + '…' : line;
}

/** The message of a JSON-RPC error or of the usual members of a JSON body, the text of a page, or the body itself. */
export function wordsOf(answer: string): string {
  // Before anything is taken out of it, which may be a part of a secret.
  const body = redactForeign(answer);
  const parsed = parsedOrUndefined(body);
  if (isObject(parsed)) {
    const { error } = parsed;
    const inside = isObject(error) ? error['message'] : error;
    const said = [inside, parsed['error_description'], parsed['message'], parsed['detail']].filter(
      (each): each is string => typeof each === 'string' && each !== '',
    );
    if (said.length > 0) return excerpt([...new Set(said)].join(': '));
  }
  const isPage = /^\s*<(?:!doctype|html|\?xml|[a-z][a-z0-9]*[\s>])/i.test(body);
  if (!isPage) return excerpt(body);
  const shown = body.replace(/<(script|style|head)\b[\s\S]*?<\/\1\s*>/gi, ' ').replace(/<[^>]*>/g, ' ');
  return excerpt(shown) === '' ? excerpt(body) : excerpt(shown);
}

/** `: "what it said"`, to follow what happened; empty when it said nothing. */
export function quoted(body: string): string {
  const words = wordsOf(body);
  return words === '' ? '' : `: "${words}"`;
}
