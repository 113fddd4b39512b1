/** `hypotheses:` what must hold before a fault and again after it. The words are those of gates. */
import { HYPOTHESIS_METRICS } from './list.js';
import { GateText, metricNamed } from './gate-grammar.js';
import { map, list } from '../grammar/index.js';
import type { z } from 'zod';

const { stat, tool, min, max } = GateText.shape;

export const HypothesisText = map({
  metric: metricNamed(HYPOTHESIS_METRICS),
  stat,
  tool,
  min: min.describe('Smallest value that holds.'),
  max: max.describe('Largest value that holds.'),
});
export type HypothesisText = z.output<typeof HypothesisText>;

/** Of the run, or of one phase. */
export const hypotheses = (whose: string) =>
  list(HypothesisText, 'hypotheses').describe(
    `The steady state of ${whose}: judged before its first fault, and again after the recovery from its last. ` +
      'Failed before: nothing is concluded of its faults.',
  );
