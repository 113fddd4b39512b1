/** A statement as `npm run truth` prints it, and how one that matters is found in what was printed. */
import { bounds, quantity } from './page.js';
import { isInside, type Statement } from './result.js';

/** The line of a statement; `!` marks one outside of its bounds. */
export const statementLine = (each: Statement): string =>
  `    ${isInside(each) ? ' ' : '!'} ${each.what}: ${quantity(each.measured, each)} (theory ` +
  `${quantity(each.theory, each)}, ${each.basis} ${bounds(each)})`;

const linesOf = (printed: string, line: RegExp): readonly string[] =>
  printed.split('\n').filter((each) => line.test(each));

/** The exact statements among what was printed: those that must hold on any machine. */
export const exactLines = (printed: string): readonly string[] => linesOf(printed, /^ {4}[ !] .*, exact [^,()]*\)$/);

/** Of these, the ones that are outside of their bounds. */
export const exactAndOff = (printed: string): readonly string[] =>
  exactLines(printed).filter((line) => line.startsWith('    !'));
