/** The usual mistakes of YAML in plain words. The parser's own text stands behind them: it can be searched for. */
import type { YAMLError } from 'yaml';
import type { Advice } from '../problem/index.js';

/** A syntax error as a rule sees it. */
interface Mistake {
  readonly code: YAMLError['code'];
  readonly message: string;
  readonly text: string;
  /** Where the parser stumbled. */
  readonly from: number;
  /** The line of `from`, up to it and from it. */
  readonly before: string;
  readonly after: string;
}

/** What a mistake is; `at`: where it begins, when that is not where the parser stumbled. */
export interface PlainMistake extends Advice {
  readonly at?: number;
}

/** Null: it is something else. */
type Rule = (mistake: Mistake) => PlainMistake | null;

const KEY = String.raw`[^\s:#"'{}[\],&*!|>%@\x60-][^\s:#]*`;
const NO_BLANK = new RegExp(String.raw`^(${KEY}):(\S.*)$`);
const NO_COLON = new RegExp(String.raw`^(${KEY})[ \t]+(\S.*)$`);

const shown = (text: string): string => (text.length <= 40 ? text.trimEnd() : `${text.slice(0, 37).trimEnd()}...`);

/** In this order; the first that knows the mistake words it. */
const RULES: readonly Rule[] = [
  ({ code }) =>
    code === 'TAB_AS_INDENT'
      ? { what: "YAML can't be indented with tabs", remedy: 'indent with blanks, two for each level' }
      : null,

  ({ before, after }) =>
    (before.endsWith('$') && after.startsWith('{')) || before.includes('${')
      ? {
          what: 'YAML takes the braces of "${" for its own here',
          remedy: 'quote text that holds "${" here: inside { } and [ ] YAML takes its braces for its own',
        }
      : null,

  ({ message, text, from }) => {
    const quote = /^Missing closing (["'])/.exec(message)?.[1];
    if (quote === undefined) return null;
    const at = text.lastIndexOf(quote, from);
    const remedy = `write the closing ${quote}, or take the opening one away`;
    return { what: `the quote ${quote} is opened here and never closed`, remedy, ...(at < 0 ? {} : { at }) };
  },

  ({ message }) =>
    /end with a [\]}]/.test(message)
      ? {
          what: 'a "[" or "{" above is not closed, or its lines are not indented',
          remedy: 'close it, or indent what belongs to it',
        }
      : null,

  ({ message }) => {
    const bracket = /^Unexpected flow-(?:map|seq)-end token .*"([\]}])"$/.exec(message)?.[1];
    return bracket === undefined
      ? null
      : { what: `there is no "${bracket === ']' ? '[' : '{'}" for this "${bracket}"`, remedy: 'delete it, or open it' };
  },

  ({ code }) =>
    code === 'BLOCK_IN_FLOW'
      ? { what: 'a comma is missing inside { } or [ ]', remedy: 'write a comma behind each entry' }
      : null,

  ({ code, message, after }) => {
    if (code !== 'MULTILINE_IMPLICIT_KEY' && !message.startsWith('Implicit map keys need')) return null;
    if (/^- /.test(after))
      return {
        what: 'a list item ("- ") stands among the keys of a map',
        remedy: 'indent it below the key that it belongs to, or delete the "- "',
      };
    const [, key, value] = NO_BLANK.exec(after) ?? [];
    if (key !== undefined && value !== undefined)
      return {
        what: `there is no blank behind the colon of "${shown(key)}"`,
        remedy: `write "${shown(key)}: ${shown(value)}"`,
      };
    const [, word, rest] = NO_COLON.exec(after) ?? [];
    const remedy = word === undefined || rest === undefined ? '"key: value"' : `"${shown(word)}: ${shown(rest)}"`;
    return { what: `"${shown(after)}" has no colon, so it is no key with a value`, remedy: `write ${remedy}` };
  },

  ({ code, before, after, text, from }) => {
    if (code !== 'BLOCK_AS_IMPLICIT_KEY') return null;
    const at = after.search(/: |:$/);
    if (at >= 0 && before.includes(':'))
      return {
        what: 'a second ": " stands in one line, and only one can be the colon behind a key',
        remedy: 'quote the value, or begin the inner map on a line of its own',
        at: from + at,
      };
    const next = text.indexOf('\n', from);
    return {
      what: 'the key has a value already, and the line below is indented as if it belonged to it',
      remedy: 'align the line below with the key above, or delete the value',
      ...(next < 0 ? {} : { at: next + 1 + (/^ */.exec(text.slice(next + 1))?.[0].length ?? 0) }),
    };
  },

  ({ code }) =>
    code === 'BAD_INDENT'
      ? { what: 'the indentation does not fit the lines above', remedy: 'align it with its neighbours' }
      : null,

  ({ code, after }) =>
    code === 'BAD_SCALAR_START'
      ? { what: `a value can't begin with "${after.charAt(0)}" unless it is quoted`, remedy: 'put it in quotes' }
      : null,

  ({ code, after }) =>
    code === 'BAD_ALIAS'
      ? {
          what: `"${after.charAt(0)}" alone means nothing: YAML expects the name of an anchor behind it`,
          remedy: 'put it in quotes if it is text',
        }
      : null,

  ({ message }) =>
    message.includes('block-seq-ind on same line')
      ? {
          what: 'a list item ("- ") stands behind a key on the same line',
          remedy: 'begin the list on the next line, or write it as [a, b]',
        }
      : null,

  ({ message }) => {
    const escape = /^Invalid escape sequence (.*)$/.exec(message)?.[1];
    return escape === undefined
      ? null
      : {
          what: `"${escape}" is no escape that double quotes know`,
          remedy: 'double the backslash, or use single quotes, in which it is a plain character',
        };
  },

  ({ message }) =>
    message.startsWith('Block scalar header')
      ? {
          what: 'text stands behind the "|" or ">" that announces a text of several lines',
          remedy: 'begin the text on the next line, indented',
        }
      : null,

  ({ message, before, after }) => {
    if (!message.endsWith('at node end')) return null;
    if (/["']\s*$/.test(before))
      return { what: 'something stands behind a closing quote', remedy: 'put all of the value into the quotes' };
    return /^\S+:(?: |$)/.test(after)
      ? {
          what: 'a key of a map stands among the items of a list',
          remedy: 'indent it below the item that it belongs to, or begin the line with "- "',
        }
      : null;
  },
];

/** @param from where the parser stumbled, in code units of `text`. */
export function inPlainWords({ code, message }: YAMLError, text: string, from: number): PlainMistake {
  const own = message.split('\n')[0]?.slice(0, 200) ?? '';
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = text.indexOf('\n', from);
  const mistake: Mistake = {
    ...{ code, message: own, text, from },
    before: text.slice(lineStart, from),
    after: text.slice(from, lineEnd < 0 ? text.length : lineEnd).replace(/\r$/, ''),
  };
  for (const rule of RULES) {
    const plain = rule(mistake);
    if (plain !== null) return { ...plain, what: `${plain.what} (YAML parser: ${own})` };
  }
  return {
    what: `YAML can't read this (YAML parser: ${own})`,
    remedy: 'check the indentation, the quotes and the line before',
  };
}
