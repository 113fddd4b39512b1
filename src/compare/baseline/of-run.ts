/** Gates versus the baseline as results of a single run, beside its gates on values. */
import { worstOf, type GateChange, type GateResult, type Summary } from '../../analysis/index.js';
import { comparativeGateText, type ComparativeGate } from '../../catalog/index.js';
import { loopMark, reasonOf, spoiltByLateness } from '../../gate/index.js';
import type { BaselineChoice } from '../../record/index.js';
import { onScale } from '../scale.js';
import { judgeByBaseline, type BaselineOutcome } from './judge.js';

/** One result for each gate: of several places the gravest decides. */
export function baselineResults(
  summary: Summary,
  gates: readonly ComparativeGate[],
  choice: BaselineChoice,
): readonly GateResult[] {
  return judgeByBaseline(gates, [summary], choice).map(({ gate, outcomes }) => {
    const [first, ...others] = outcomes;
    if (first === undefined) throw new RangeError('a gate is judged somewhere');
    const decided = others.reduce((worst, next) => (graver(next, worst) ? next : worst), first);
    const { metric, stat, phase, tool, fault, process, unit, index } = gate;
    return {
      gate: { index, metric, stat, phase, tool, fault, process, unit, min: null, max: null },
      text: `${comparativeGateText(gate)}${loopMark(gate, summary)}`,
      ...underValidity(gate, summary, decided),
      measured: decided.measured,
      ...(decided.isLowerBound === undefined ? {} : { isLowerBound: decided.isLowerBound }),
      unit,
      change: changeOf(gate, decided),
    };
  });
}

const verdictOf = ({ verdict }: BaselineOutcome): GateResult['verdict'] => (verdict === 'improved' ? 'pass' : verdict);

const graver = (next: BaselineOutcome, worst: BaselineOutcome): boolean =>
  next.verdict !== worst.verdict && worstOf([verdictOf(next), verdictOf(worst)]) === verdictOf(next);

/** As for a gate on a value: nothing is said of a run that is invalid, or a number that our own lateness has moved. */
function underValidity(
  gate: ComparativeGate,
  summary: Summary,
  decided: BaselineOutcome,
): Pick<GateResult, 'verdict' | 'why'> {
  const why = `${decided.where}: ${decided.why}`;
  const { verdict } = summary.validity;
  if (verdict === 'invalid') return { verdict: 'invalid', why: `the run is invalid: ${reasonOf(summary, 'invalid')}` };
  const spoilt = spoiltByLateness(gate, summary);
  if (spoilt !== null) return { verdict: 'invalid', why: `${why}; ${spoilt}` };
  if (verdict === 'doubtful' && decided.verdict !== 'invalid')
    return { verdict: 'inconclusive', why: `${why}; the run is doubtful: ${reasonOf(summary, 'doubtful')}` };
  return { verdict: verdictOf(decided), why };
}

function changeOf(gate: ComparativeGate, { change, pWorse, minimumDetectable, sessions }: BaselineOutcome): GateChange {
  return {
    versus: 'baseline',
    kind: gate.change,
    limit: onScale(gate).sign * gate.margin,
    atLeast: gate.atLeast,
    level: gate.level,
    sessions,
    estimate: change?.estimate ?? null,
    low: change?.low ?? null,
    high: change?.high ?? null,
    pWorse,
    minimumDetectable,
  };
}
