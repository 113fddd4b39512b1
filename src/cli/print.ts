/**
 * Problems on a terminal, and as JSON. Everything that came from outside loses its control characters first.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createColors } from 'picocolors';
import type { Problem, SourcePlace } from '../problem/index.js';
import { redactForeign, redactProblem } from '../secrets/index.js';
import { writeErr, writeOut } from './streams.js';

/** Colours for stderr: off under NO_COLOR, TERM=dumb or when it is no terminal, unless FORCE_COLOR asks for them. */
export function stderrColor(): boolean {
  return colorFor(process.stderr);
}

/** The same for stdout. */
export function stdoutColor(): boolean {
  return colorFor(process.stdout);
}

function colorFor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '0') return true;
  return stream.isTTY && TERM !== 'dumb';
}

const ESC = '\u001b';

/** A path on stdout: on a terminal a link to its file (OSC 8), elsewhere the path alone. */
export function linkedPath(path: string): string {
  if (!process.stdout.isTTY || !stdoutColor()) return path;
  return `${ESC}]8;;${pathToFileURL(resolve(path)).href}${ESC}\\${path}${ESC}]8;;${ESC}\\`;
}

const LONGEST_TEXT = 4_000;
/** Of a text of several lines, what is ours: the remedy below a warning. */
const HINT = '  hint: ';

/**
 * Text that may hold what others wrote, for a terminal or the log of a CI system: without control characters (C0, C1,
 * bidirectional overrides), bounded, its further lines marked as such. A server can't write a line of its own, and no
 * command of a CI system: `::error::` counts at the beginning of a line, `##vso[` and its like anywhere.
 */
export function printable(text: string): string {
  const more = text.length - LONGEST_TEXT;
  const shown = more <= 0 ? text : `${text.slice(0, LONGEST_TEXT)}… (${more} characters more)`;
  const lines = shown
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => line.replace(/(?!\t)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd'));
  return lines
    .map((line, at) => (at === 0 || line.startsWith(HINT) ? line : `  | ${line.trimStart()}`))
    .join('\n')
    .replace(/##(?=\w*\[)/g, '# #');
}

/** Writes all problems: to stderr for people, or one object to stdout as JSON. */
export function printProblems(problems: readonly Problem[], options: { readonly json: boolean }): void {
  if (options.json) {
    writeOut(`${JSON.stringify({ schema: 'plimsoll/problems-v1', problems: problems.map(redactProblem) }, null, 2)}\n`);
    return;
  }
  writeProblems(problems, 'error');
}

/** Writes what a scenario's author should know of, and a run survives, to stderr. */
export function printWarnings(warnings: readonly Problem[]): void {
  writeProblems(warnings, 'warning');
}

function writeProblems(problems: readonly Problem[], severity: 'error' | 'warning'): void {
  const color = stderrColor();
  for (const problem of problems) writeErr(`${problemText(redactProblem(problem), severity, color)}\n`);
}

function problemText(problem: Problem, severity: 'error' | 'warning', color: boolean): string {
  const c = createColors(color);
  const mark = severity === 'error' ? c.red : c.yellow;
  const place =
    problem.where === undefined
      ? ''
      : `${c.bold(`${problem.where.file}:${problem.where.line}:${problem.where.column}`)} `;
  const lines = [`${mark(severity)} ${place}${printable(problem.what)}`];
  if (problem.where?.text !== undefined) lines.push(excerpt(problem.where, problem.where.text, color));
  lines.push(`  ${c.cyan('hint:')} ${printable(problem.remedy)}`);
  return lines.join('\n');
}

const WIDEST_EXCERPT = 160;

function excerpt(where: SourcePlace, text: string, color: boolean): string {
  const c = createColors(color);
  const start = Math.max(0, where.column - 1 - WIDEST_EXCERPT / 2);
  const shown = printable(text.slice(start, start + WIDEST_EXCERPT)).replaceAll('\t', ' ');
  const gutter = `${where.line} | `;
  const indent = where.column - 1 - start;
  const length = Math.max(1, Math.min(where.length ?? 1, shown.length - indent));
  const caret = `${' '.repeat(gutter.length + indent)}${'^'.repeat(length)}`;
  return `  ${c.dim(gutter)}${shown}\n  ${c.red(caret)}`;
}

/** A bug: the one place where a stack trace is printed. */
export function printBug(thrown: unknown, version: string): void {
  const c = createColors(stderrColor());
  const detail = redactForeign(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  writeErr(
    `${c.red('bug')} plimsoll ${version} failed because of a bug, not because of your input\n` +
      `${printable(detail)}\n  ${c.cyan('hint:')} report it with the lines above\n`,
  );
}
