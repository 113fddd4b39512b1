/**
 * Problems on a terminal, and as JSON. Everything that came from outside loses its control characters first.
 */
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

/** Text without control characters (C0, C1, bidirectional overrides); line breaks and tabs stay. */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
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
