/** Checks of `hypotheses:`, of the run and of its phases: bounds as those of gates, and a fault to be judged around. */
import { reportBelow, type Path, type HypothesisText } from '../../catalog/index.js';
import type { CheckContext } from './context.js';
import { checkBounds, checkTool, checkWatched } from './gates.js';

export function checkHypotheses(context: CheckContext): void {
  const faults = 'hypotheses are judged before and after faults, and';
  if (context.hypotheses.length > 0 && context.faults.length === 0)
    context.error({ key: ['hypotheses'] }, 'no-faults', {
      what: `${faults} this scenario has none`,
      remedy: 'add a fault, or state gates instead',
    });
  checkEach(context, ['hypotheses'], context.hypotheses);
  context.phases.forEach((phase, index) => {
    if (phase === null) return;
    const path = ['phases', index, 'hypotheses'];
    // A fault that did not parse may be one of this phase.
    if (phase.hypotheses.length > 0 && context.faults.every((fault) => fault !== null && fault.phase !== phase.name))
      context.error({ key: path }, 'no-faults', {
        what: `${faults} none falls into "${phase.name}"`,
        remedy: 'add a fault with this phase, or state gates instead',
      });
    checkEach(context, path, phase.hypotheses);
  });
}

function checkEach(context: CheckContext, path: Path, hypotheses: readonly (HypothesisText | null)[]): void {
  hypotheses.forEach((hypothesis, index) => {
    if (hypothesis === null) return;
    const report = reportBelow(context, [...path, index]);
    checkBounds(hypothesis, 'hypothesis', report);
    checkTool(context, hypothesis, report);
    checkWatched(context, hypothesis, report);
  });
}
