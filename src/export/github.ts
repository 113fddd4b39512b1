/** Verdicts as annotations of GitHub Actions: commands in the log that its runner shows on the job. */
import type { Comparison, ComparisonVerdict } from '../compare/index.js';
import type { GateReport } from '../gate/index.js';
import { judgedIn, type Judged } from './judged.js';

/** GitHub shows ten of each kind and step; more are cut without a word. */
const MOST = 10;
const LONGEST = 500;

/** Gates of a run that did not pass, the failed ones first. */
export const githubGates = ({ results }: GateReport): readonly string[] => annotations(results);

/** Gates of a comparison that did not pass, the failed ones first. */
export const githubComparison = (comparison: Comparison): readonly string[] => annotations(judgedIn(comparison));

const LEVELS: Readonly<Record<ComparisonVerdict, 'error' | 'warning' | null>> = {
  ...{ invalid: 'error', regress: 'error', mixed: 'error', inconclusive: 'warning', pass: null, improved: null },
};

function annotations(judged: readonly Judged[]): readonly string[] {
  const lines = judged.flatMap(({ text, verdict, why }) => {
    const level = LEVELS[verdict];
    return level === null
      ? []
      : [{ level, line: `::${level} title=${property(text)}::${message(`${verdict}: ${why}`)}` }];
  });
  const order = [
    ...lines.filter(({ level }) => level === 'error'),
    ...lines.filter(({ level }) => level === 'warning'),
  ];
  return order.slice(0, MOST).map(({ line }) => line);
}

/** As the runner decodes it: no text can end its line, and begin a command of its own. */
const message = (text: string): string =>
  text.slice(0, LONGEST).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
