/** Bounds on a YAML text that hold before it is parsed: parsing a text that is out of bounds takes many seconds. */
import { Lexer } from 'yaml';

export interface Bounds {
  readonly deepest: number;
  readonly mostValues: number;
}

/** A bound that a text breaks, and where. */
export interface OutOfBounds {
  readonly bound: 'too-deep' | 'too-large';
  readonly at: number;
}

/** Marks of the lexer that stand for no text: a scalar follows, a document begins, a flow collection ends by error. */
const SCALAR = '\u001f';
const NO_TEXT: ReadonlySet<string> = new Set([SCALAR, '\u0002', '\u0018']);

/** How other values begin, and what stands before and between them. */
const MARKS: ReadonlySet<string> = new Set(['-', ',', '*', '[', '{', '"', "'"]);

/**
 * Looks at the marks of the text alone. What is within bounds here may still be out of them when aliases are expanded.
 * A value makes at most three marks: the one of its key or list item, its own, and the comma behind it.
 */
export function outOfBounds(text: string, { deepest, mostValues }: Bounds): OutOfBounds | null {
  let at = 0;
  let marks = 0;
  let inFlow = 0;
  /** List items and explicit keys that begin on this line, each inside the one before. */
  let onLine = 0;
  for (const token of new Lexer().lex(text)) {
    const first = token.charAt(0);
    if (first === '[' || first === '{') inFlow++;
    else if (token === ']' || token === '}') inFlow--;
    if (token === '-' || token === '?') onLine++;
    else if (first === '\n' || first === '\r') onLine = 0;
    if (inFlow > deepest || onLine > deepest) return { bound: 'too-deep', at };
    if (token === SCALAR || MARKS.has(first)) marks++;
    if (marks > 3 * mostValues) return { bound: 'too-large', at };
    if (!NO_TEXT.has(token)) at += token.length;
  }
  return null;
}
