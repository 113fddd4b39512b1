/** Comparative gates: the rule applied to the effects of all arms at once. */
import { boundReason, comparativeGateText, type ComparativeGate } from '../catalog/index.js';
import { changeText, counted, estimatedChange } from '../format/index.js';
import type { MeasuredEffect, ScaledEvidence } from './effects.js';
import { restrictionOf, type Restriction } from './restrictions.js';
import { decide, type Decision, type Evidence } from './rule.js';
import { inShares, onScale, type GateScale } from './scale.js';
import type { ComparedGate, GateOutcome } from './types.js';

export interface GateEffects {
  readonly gate: ComparativeGate;
  /** The effects of every arm at every place that the gate is about. */
  readonly effects: readonly MeasuredEffect[];
  /** The gate of no one: it says nothing where there can't be a number. */
  readonly isDefault: boolean;
}

/** All gates, judged together: those of level `error` share the chance of a false alarm, and so do those of `warn`. */
export function judgeGates(
  gates: readonly GateEffects[],
  arms: readonly string[],
  restrictions: readonly Restriction[],
): readonly ComparedGate[] {
  const allowed = (outcome: GateOutcome): GateOutcome => restricted(outcome, restrictionOf(outcome.arm, restrictions));
  const evidences = gates.map(({ gate, effects }) =>
    effects.map(({ evidence }): Evidence | null =>
      evidence === null ? null : { ...evidence, margin: scaleOf(gate, evidence).margin, atLeast: gate.atLeast },
    ),
  );
  const decisions = new Map<Evidence, Decision>();
  for (const level of ['error', 'warn'] as const) {
    const family = gates
      .flatMap(({ gate }, index) => (gate.level === level ? (evidences[index] ?? []) : []))
      .filter((evidence) => evidence !== null);
    decide(family).forEach((decision, index) => {
      const evidence = family[index];
      if (evidence !== undefined) decisions.set(evidence, decision);
    });
  }
  return gates.flatMap(({ gate, effects, isDefault }, index) => {
    const outcomes = effects.flatMap((effect, place): GateOutcome[] => {
      const evidence = evidences[index]?.[place] ?? null;
      const decision = evidence === null ? undefined : decisions.get(evidence);
      const outcome = decision === undefined ? withoutNumber(effect, isDefault) : withNumber(gate, effect, decision);
      return outcome === null ? [] : [allowed(outcome)];
    });
    if (outcomes.length === 0 && isDefault) return [];
    const judged = outcomes.length > 0 ? outcomes : arms.map((arm) => allowed(nowhere(gate, arm)));
    return [
      {
        gate,
        text: comparativeGateText(gate),
        verdict: gravest(judged.map(({ verdict }) => verdict)),
        outcomes: judged,
      },
    ];
  });
}

const scaleOf = (gate: ComparativeGate, { scale }: ScaledEvidence): GateScale =>
  scale === 'shares' ? inShares(gate, 1) : onScale(gate);

/** An outcome under what forbids a verdict on its number. */
export function restricted(outcome: GateOutcome, restriction: Restriction | null): GateOutcome {
  return restriction === null
    ? outcome
    : { ...outcome, verdict: restriction.verdict, why: `${outcome.why}; ${restriction.why}` };
}

const GRAVITY = { improved: 0, pass: 1, inconclusive: 2, regress: 3, invalid: 4 } as const;

/** The gravest verdict; an improvement counts for a gate only where all places improved. */
export const gravest = <V extends keyof typeof GRAVITY>(verdicts: readonly V[]): V =>
  verdicts.reduce((worst, verdict) => (GRAVITY[verdict] > GRAVITY[worst] ? verdict : worst));

const NOT_JUDGED = { change: null, pWorse: null, minimumDetectable: null, trialsNeeded: null } as const;

/** A gate without a number fails, as in a single run; what is not known for another reason is inconclusive. */
function withoutNumber({ effect: { arm, where, result } }: MeasuredEffect, isDefault: boolean): GateOutcome | null {
  if (result.kind !== 'none') return null;
  const { cause, why } = result;
  // What neither arm can have is no finding of a gate that was not asked for; misses are judged by their own gate.
  if (isDefault && (cause === 'absent' || cause === 'bounds')) return null;
  return cause === 'absent'
    ? { ...NOT_JUDGED, arm, where, verdict: 'regress', why: `${why}; a gate without a number fails` }
    : { ...NOT_JUDGED, arm, where, verdict: 'inconclusive', why };
}

function nowhere({ metric }: ComparativeGate, arm: string): GateOutcome {
  const why = `the runs have no samples of ${metric}; a gate without a number fails`;
  return { ...NOT_JUDGED, arm, where: 'the run', verdict: 'regress', why };
}

function withNumber(gate: ComparativeGate, { effect, evidence }: MeasuredEffect, decision: Decision): GateOutcome {
  const { arm, where, result } = effect;
  if (result.kind === 'none' || evidence === null) throw new RangeError('a decision is on an estimate');
  const { verdict, pWorse, trialsNeeded } = decision;
  const scale = scaleOf(gate, evidence);
  const minimumDetectable = decision.minimumDetectable === null ? null : scale.change(decision.minimumDetectable);
  const limit = changeText(scale.sign * gate.margin, gate);
  const bound = { exact: '', 'at-least': 'at least ', 'at-most': 'at most ' }[result.precision];
  const text = `${bound}${estimatedChange(result.change, gate)}`;
  const outcome = { arm, where, verdict, change: result.change, pWorse, minimumDetectable, trialsNeeded };
  switch (verdict) {
    case 'pass':
      return { ...outcome, why: `${text}, within the limit of ${limit}` };
    case 'improved':
      return { ...outcome, why: `${text}, better by more than the limit of ${limit}` };
    case 'regress':
      return { ...outcome, why: `${text}, beyond the limit of ${limit}` };
    case 'inconclusive':
      return {
        ...outcome,
        why: `${text} against a limit of ${limit}: ${reasonText(decision, evidence.harms.length, gate)}`,
      };
  }
}

function reasonText({ reason, trialsNeeded }: Decision, trials: number, { metric }: ComparativeGate): string {
  switch (reason) {
    case 'one-trial':
      return 'one trial of an arm shows no spread, so that noise is as likely a cause';
    case 'too-noisy': {
      const needed = trialsNeeded === null ? 'more than 1,000' : `about ${counted(trialsNeeded, 'pair')}`;
      return `too noisy to decide with ${counted(trials, 'pair')} of trials (${needed} needed)`;
    }
    case 'estimators-disagree':
      return 'mean and Hodges-Lehmann estimate lead to different verdicts, so that few trials decide';
    case 'bounds':
      return `only bounds are known (${boundReason(metric)})`;
    case 'between':
    case null:
      return 'it is neither surely within the limit nor surely beyond it';
  }
}
