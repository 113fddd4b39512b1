/** A server over stdio that ended by itself: how, and those of its words that say why. */
import { counted } from '../../../format/index.js';
import type { Problem } from '../../../problem/index.js';
import { redactForeign } from '../../../secrets/index.js';
import { excerpt } from './server-words.js';

/** What a server over stdio wrote besides messages. */
export interface StdioOutput {
  /** The end of what it wrote to stderr. */
  readonly stderrTail: string;
  /** The first line on its stdout that is no message; null without one. */
  readonly otherLine: string | null;
}

/** A server over stdio that ended, or could not be started, while its session was opened. */
export function diedEarly(shown: string, how: string, output: StdioOutput): Problem {
  return {
    code: 'server-died-at-start',
    what: `the server ${shown} did not start: ${how}${outputWords(output)}`,
    remedy: 'run the command by hand in its working folder and read what it prints',
  };
}

/** One that ended later. @param asked what it was asked for then, such as `tools/list`. */
export function diedWhenAsked(shown: string, asked: string, how: string, output: StdioOutput): Problem {
  return {
    code: 'server-died',
    what: `the server ${shown} ended when it was asked for ${asked}: ${how}${outputWords(output)}`,
    remedy: 'run the command by hand in its working folder and read what it prints',
  };
}

/** One that ended although nothing went wrong, when it had answered so many calls. */
export function endedAfter(shown: string, calls: number, how: string, output: StdioOutput): Problem {
  return {
    code: 'session-ended',
    what: `the server ${shown} answered ${counted(calls, 'call')} and then ended: ${how}${outputWords(output)}`,
    remedy: 'let it serve calls until its stdin is closed: a session has many (MCP, Lifecycle, stdio)',
  };
}

/** ` (stderr: ...)`; where there is none, what it wrote to stdout; '' for a server that wrote nothing. */
export function outputWords({ stderrTail, otherLine }: StdioOutput): string {
  const stderr = lastWords(stderrTail);
  if (stderr !== '') return ` (stderr: ${stderr})`;
  return otherLine === null ? '' : ` (stdout: ${excerpt(otherLine)})`;
}

/** Lines in which the runtimes of Node.js, Python, Go, Java, Ruby and others name what ended a program. */
const NAMES_AN_ERROR =
  /^(?:[\w.]*(?:Error|Exception)\b[^:]*:|Uncaught\b|panic:|fatal(?: error)?:|error:|Exception in thread)/i;
const LONGEST = 200;

/** The line that names the error, where one does; else the last whole lines. A stack trace says less in its end. */
function lastWords(stderrTail: string): string {
  const lines = redactForeign(stderrTail)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const error = lines.findLast((line) => NAMES_AN_ERROR.test(line));
  if (error !== undefined) return excerpt(error);
  const last: string[] = [];
  let length = 0;
  for (const line of lines.toReversed()) {
    length += line.length + 1;
    if (last.length > 0 && length > LONGEST) break;
    last.unshift(line);
  }
  return excerpt(last.join(' '));
}
