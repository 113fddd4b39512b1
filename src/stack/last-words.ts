/** What a process wrote last, cut down to what says why it ended. */

const MOST_LINES = 5;

/** How runtimes begin the line that names an uncaught error; what follows may be a long trace. */
const ERROR_LINES = [
  /^(?:Uncaught )?[\w.$]*(?:Error|Exception)(?: \[\w+\])?: /,
  /^(?:Exception in thread |panic: |fatal error: )/,
  /^thread '[^']*' [^']*panicked/,
];
const namesError = (line: string): boolean => ERROR_LINES.some((pattern) => pattern.test(line));

/**
 * The last lines that say something. Where a trace has pushed the line of its error out of them, that line comes first.
 * @param lines in the order in which they were written.
 */
export function lastWords(lines: readonly string[]): readonly string[] {
  const said = lines.filter((line) => line.trim() !== '');
  const last = said.slice(-MOST_LINES);
  if (last.some(namesError)) return last;
  const error = said.slice(0, -MOST_LINES).findLast(namesError);
  return error === undefined ? last : [error, ...last.slice(1)];
}
