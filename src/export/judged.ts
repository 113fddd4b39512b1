/** What the files for pipelines have a line for. */
import type { Comparison, ComparisonVerdict } from '../compare/index.js';
import type { GateReport } from '../gate/index.js';
import type { Inconclusive } from './format.js';

/** What is judged by one verdict: a gate, or a gate at one place of one arm. */
export interface Judged {
  readonly text: string;
  readonly verdict: ComparisonVerdict;
  readonly why: string;
  /** A gate of level `warn` fails no pipeline. */
  readonly level: 'error' | 'warn';
}

/** How a pipeline shows it. `undecided` and `warned` stop nothing by themselves. */
export type Standing = 'passed' | 'noticed' | 'warned' | 'undecided' | 'failed' | 'invalid';

const OF_INCONCLUSIVE = { default: 'undecided', pass: 'noticed', warn: 'warned', fail: 'failed' } as const;

export function standingOf({ verdict, level }: Pick<Judged, 'verdict' | 'level'>, policy: Inconclusive): Standing {
  if (verdict === 'pass' || verdict === 'improved') return 'passed';
  if (level === 'warn') return 'warned';
  if (verdict === 'inconclusive') return OF_INCONCLUSIVE[policy];
  return verdict === 'invalid' ? 'invalid' : 'failed';
}

export const judgedInRun = ({ results }: Pick<GateReport, 'results'>): readonly Judged[] =>
  results.map(({ text, verdict, why, change }) => ({ text, verdict, why, level: change?.level ?? 'error' }));

/** Each gate of a comparison at each place of each arm; the whole with its reasons where nothing could be judged. */
export function judgedIn({ gates, verdict, reasons }: Comparison): readonly Judged[] {
  const judged = gates.flatMap(({ gate: { level }, text, outcomes }) =>
    outcomes.map(({ arm, where, verdict: own, why }) => ({
      text: `${arm}: ${text} (${where})`,
      verdict: own,
      why,
      level,
    })),
  );
  const why = reasons.join('; ');
  return judged.length > 0
    ? judged
    : [
        {
          text: 'the runs can be compared',
          verdict,
          why: why === '' ? 'nothing was judged' : why,
          level: 'error',
        },
      ];
}
