/** What the files for pipelines have a line for. */
import type { Comparison, ComparisonVerdict } from '../compare/index.js';

/** What is judged by one verdict: a gate, or a gate at one place of one arm. */
export interface Judged {
  readonly text: string;
  readonly verdict: ComparisonVerdict;
  readonly why: string;
}

/** Each gate of a comparison at each place of each arm; the whole with its reasons where nothing could be judged. */
export function judgedIn({ gates, verdict, reasons }: Comparison): readonly Judged[] {
  const judged = gates.flatMap(({ text, outcomes }) =>
    outcomes.map(({ arm, where, verdict: own, why }) => ({ text: `${arm}: ${text} (${where})`, verdict: own, why })),
  );
  const why = reasons.join('; ');
  return judged.length > 0
    ? judged
    : [{ text: 'the runs can be compared', verdict, why: why === '' ? 'nothing was judged' : why }];
}
