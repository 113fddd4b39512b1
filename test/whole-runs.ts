/** Whole runs that take minutes together: made where a skip is a failure, and named as skipped elsewhere. */

/** Each as it is shipped, and as often as is claimed: `npm run nightly`. */
export const FULL = process.env['PLIMSOLL_FULL'] === '1';

/** Whether whole runs are left out here. */
export const LEAVES_OUT = process.env['PLIMSOLL_NO_SKIP'] !== '1' && !FULL;

/** The name of a group of tests, with the reason where it is left out. */
export const asWholeRuns = (name: string): string =>
  `${name}${LEAVES_OUT ? ' (skipped: whole runs, made with PLIMSOLL_NO_SKIP=1)' : ''}`;
