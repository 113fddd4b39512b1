/** Verdicts as annotations of GitHub Actions: commands in the log that its runner shows on the job. */
import type { Comparison } from '../compare/index.js';
import type { GateReport } from '../gate/index.js';
import type { Inconclusive } from './format.js';
import { judgedIn, judgedInRun, standingOf, type Judged, type Standing } from './judged.js';

/** GitHub shows ten of each kind and step; more are cut without a word. */
const MOST = 10;
const LONGEST = 500;

/** Gates of a run that did not pass, the failed ones first. */
export const githubGates = (report: GateReport, policy: Inconclusive = 'default'): readonly string[] =>
  annotations(judgedInRun(report), policy);

/** Gates of a comparison that did not pass, the failed ones first. */
export const githubComparison = (comparison: Comparison, policy: Inconclusive = 'default'): readonly string[] =>
  annotations(judgedIn(comparison), policy);

const LEVELS = ['error', 'warning', 'notice'] as const;

const LEVEL_OF: Readonly<Record<Standing, (typeof LEVELS)[number] | null>> = {
  ...{ failed: 'error', invalid: 'error', undecided: 'warning', warned: 'warning', noticed: 'notice', passed: null },
};

function annotations(judged: readonly Judged[], policy: Inconclusive): readonly string[] {
  const lines = judged.flatMap((one) => {
    const level = LEVEL_OF[standingOf(one, policy)];
    return level === null
      ? []
      : [{ level, line: `::${level} title=${property(one.text)}::${message(`${one.verdict}: ${one.why}`)}` }];
  });
  return LEVELS.flatMap((level) => lines.filter((line) => line.level === level))
    .slice(0, MOST)
    .map(({ line }) => line);
}

/** As the runner decodes it: no text can end its line, and begin a command of its own. */
const message = (text: string): string =>
  text.slice(0, LONGEST).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
