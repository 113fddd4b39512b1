/** The order in which the problems of a scenario are shown. */
import type { Problem, SourcePlace } from '../problem/index.js';

/** A place as a text: equal for equal places. */
export function placeKey({ file, line, column }: SourcePlace): string {
  return JSON.stringify([file, line, column]);
}

/** Problems by file (the main one first) and line, each once. */
export function inOrder(problems: readonly Problem[], main: string): readonly Problem[] {
  const seen = new Set<string>();
  const files: string[] = [main];
  const placed = problems.flatMap((problem) => {
    const { file = '', line = 0, column = 0 } = problem.where ?? {};
    if (!files.includes(file)) files.push(file);
    const key = JSON.stringify([file, line, column, problem.what]);
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ problem, file: files.indexOf(file), line, column }];
  });
  placed.sort((a, b) => a.file - b.file || a.line - b.line || a.column - b.column);
  return placed.map(({ problem }) => problem);
}
