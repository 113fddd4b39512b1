/** The comparison of several arms with a reference. */
import type { PlacedReading } from '../analysis/index.js';
import { comparativeGateText, statText } from '../catalog/index.js';
import { isBalanced } from '../plan/index.js';
import { count, counted } from '../format/index.js';
import { EXIT, type ExitCode } from '../problem/index.js';
import { curvesOf } from './curves.js';
import { findingsOf } from './gateways.js';
import { isInterleaved } from './rows.js';
import { selected } from './selected.js';
import { queueOfTrial, recoveryOfTrial } from './trial-facts.js';
import { comparativeGateOf, defaultComparativeGates } from './default-gates.js';
import { effectOf, numbersOf, subjectKey, type EffectSubject, type MeasuredEffect } from './effects.js';
import { judgeByBaseline } from './baseline/index.js';
import { gravest, judgeGates, restricted } from './gates.js';
import { inconclusive, invalid, restrictionOf, restrictionsOfTrials, type Restriction } from './restrictions.js';
import type {
  ComparedArm,
  ComparedGate,
  Comparison,
  ComparisonInput,
  ComparisonVerdict,
  GateOutcome,
  Trial,
} from './types.js';

/**
 * Compares each arm with the first. Each row must hold one trial of every arm.
 *
 * A field of the environment that blocks makes the comparison invalid, without effects; so does an invalid or
 * unfinished trial of the reference. A doubtful one, or trials that were not interleaved, leave every gate open. Such
 * a trial of another arm says nothing against the rest: that arm alone is invalid or inconclusive, as is one that could
 * not be run.
 */
export function compareTrials(input: ComparisonInput): Comparison {
  const { arms, rows, leftOut, notRun = [], environment } = input;
  const interleaved = isInterleaved(rows);
  const [reference, ...candidates] = arms;
  if (reference === undefined) throw new RangeError('a comparison has a reference');
  const restrictions = restrictionsOf(input);
  const early = earlyEnds(rows, reference);
  const isBlocked = environment.some(({ standing }) => standing === 'blocking');
  const effects = isBlocked ? [] : effectsOf(rows, reference, candidates);
  const isDefault = input.gates === null;
  const gates = isBlocked
    ? []
    : [
        ...judgeGates(
          (input.gates ?? defaultComparativeGates()).map((gate) => ({
            gate,
            isDefault,
            effects: effects.filter(({ effect }) => selected(gate, effect, rows)),
          })),
          candidates,
          restrictions,
        ),
        ...gatesVersusBaseline(input, candidates),
        ...gateOnEarlyEnds(early, restrictions),
      ];
  const order = rows.map((row) => row.map(({ arm }) => arm));
  const compared = [reference, ...candidates].map((name): ComparedArm => {
    const verdict = name === reference ? null : armVerdict(name, gates, restrictions, early);
    const own = rows.flatMap((row, index) =>
      row.flatMap((trial) => (trial.arm === name ? [{ row: index, trial }] : [])),
    );
    return {
      name,
      verdict,
      finding: verdict === null ? '' : findingOf(name, gates, restrictions, early),
      stack: own[0]?.trial.stack ?? [],
      servers: [...new Set(own.flatMap(({ trial: { server } }) => server ?? []))],
      gateways: own[0]?.trial.gateways ?? [],
      findings: findingsOf(own.map(({ trial }) => trial)),
      trials: own.map(({ row, trial: { folder, summary } }) => {
        const { runId, startedUtc, validity } = summary;
        const facts = { recovery: recoveryOfTrial(summary), firstGrowing: queueOfTrial(summary) };
        return { row, runId, folder, startedUtc, validity: validity.verdict, ...facts };
      }),
    };
  });
  // The others are compared all the same.
  const missing = notRun.map(({ arm, why }): ComparedArm => ({
    name: arm,
    verdict: 'invalid',
    finding: why,
    stack: [],
    servers: [],
    gateways: [],
    findings: [],
    trials: [],
  }));
  return {
    schema: 'plimsoll/comparison-v1',
    name: rows[0]?.[0]?.summary.name ?? '',
    verdict: overall([...compared, ...missing].flatMap(({ verdict }) => (verdict === null ? [] : [verdict]))),
    reasons: [
      ...restrictions.map(({ why }) => why),
      ...notRun.map(({ arm, why }) => `${arm} could not be run: ${why}`),
    ],
    reference,
    arms: [...compared, ...missing],
    phases: (rows[0]?.[0]?.summary.phases ?? []).map(({ name, regime, loop }) => ({ name, regime, loop })),
    order: {
      rows: order,
      interleaved,
      carryOverBalanced: interleaved && isBalanced(order.map((row) => row.map((name) => arms.indexOf(name)))),
      pairedSeeds: rows.every((row) => row[0]?.seed !== null && new Set(row.map(({ seed }) => seed)).size === 1),
    },
    leftOut,
    environment,
    gates,
    effects: effects.map(({ effect }) => effect),
    curves: isBlocked ? { percentiles: [], recoveries: [], missing: [] } : curvesOf(arms, rows),
  };
}

/** Each candidate against the baseline. That the trials were not interleaved says nothing against it. */
function gatesVersusBaseline(input: ComparisonInput, candidates: readonly string[]): readonly ComparedGate[] {
  const { baseline, rows } = input;
  if (baseline === undefined || baseline.gates.length === 0) return [];
  const judged = candidates.map((arm) => {
    const own = rows.map((row) => row.filter((trial) => trial.arm === arm));
    const summaries = own.flat().map(({ summary }) => summary);
    return {
      arm,
      restriction: restrictionOf(arm, restrictionsOfTrials(own, arm)),
      gates: judgeByBaseline(baseline.gates, summaries, baseline.choice),
    };
  });
  return baseline.gates.map((gate, index): ComparedGate => {
    const outcomes = judged.flatMap(({ arm, restriction, gates }) =>
      (gates[index]?.outcomes ?? []).map(({ where, verdict, change, pWorse, minimumDetectable, why }) =>
        restricted({ arm, where, verdict, change, pWorse, minimumDetectable, trialsNeeded: null, why }, restriction),
      ),
    );
    return {
      gate,
      text: comparativeGateText(gate),
      verdict: gravest(outcomes.map(({ verdict }) => verdict)),
      outcomes,
    };
  });
}

/** Effects on every number that the reference or the arm has. */
function effectsOf(
  rows: readonly (readonly Trial[])[],
  reference: string,
  candidates: readonly string[],
): readonly MeasuredEffect[] {
  const numbers = new Map<Trial, ReadonlyMap<string, PlacedReading>>();
  const subjects = new Map<string, EffectSubject>();
  for (const trial of rows.flat()) {
    const own = new Map<string, PlacedReading>();
    for (const { reading, ...subject } of numbersOf(trial.summary)) {
      own.set(subjectKey(subject), reading);
      subjects.set(subjectKey(subject), subject);
    }
    numbers.set(trial, own);
  }
  const readOf = (row: readonly Trial[], arm: string, key: string): PlacedReading | undefined => {
    const trial = row.find((each) => each.arm === arm);
    // What was ended early has numbers of a part; and without it the others are the better ones, and no number is left.
    return trial === undefined || trial.summary.status === 'aborted' ? undefined : numbers.get(trial)?.get(key);
  };
  return candidates.flatMap((arm) =>
    [...subjects].flatMap(([key, subject]) => {
      const measured = effectOf(
        subject,
        arm,
        rows.map((row) => [readOf(row, reference, key), readOf(row, arm, key)]),
      );
      const { result, pairs } = measured.effect;
      const isAnywhere = pairs.some((pair) => pair.reference !== null || pair.candidate !== null);
      return result.kind === 'none' && result.cause === 'absent' && !isAnywhere ? [] : [measured];
    }),
  );
}

/** Everything that stands against a verdict, the gravest first. */
function restrictionsOf({ arms, rows, plannedRows, environment }: ComparisonInput): readonly Restriction[] {
  const blocking = environment.filter(({ standing }) => standing === 'blocking').map(({ field }) => field);
  return [
    ...(blocking.length === 0 ? [] : [invalid(refusalOf(blocking))]),
    ...restrictionsOfTrials(rows, arms[0] ?? ''),
    ...(plannedRows === null || rows.length >= plannedRows
      ? []
      : [
          inconclusive(
            `only ${count(rows.length)} of the ${counted(plannedRows, 'planned row')} of trials are complete`,
          ),
        ]),
    ...(isInterleaved(rows)
      ? []
      : [inconclusive('the trials were not interleaved: a change of the machine over time would count as an effect')]),
  ];
}

/** Arms with trials that a rule of the scenario ended early for the target's sake, and what is to be said of it. */
type EarlyEnds = ReadonlyMap<string, string>;

function earlyEnds(rows: readonly (readonly Trial[])[], reference: string): EarlyEnds {
  const found = new Map<string, string>();
  for (const { arm } of rows[0] ?? []) {
    const own = rows.flat().filter((trial) => trial.arm === arm);
    const ended = own.filter(({ summary }) => summary.status === 'aborted');
    const [first] = ended;
    if (arm === reference || first === undefined) continue;
    found.set(
      arm,
      `${count(ended.length)} of ${counted(own.length, 'trial')} ended early by abort-on: ` +
        `${first.summary.endedEarly?.what ?? 'see its record'} (${first.folder})`,
    );
  }
  return found;
}

/** An arm that was ended early has failed a gate, and is never left out. */
function gateOnEarlyEnds(early: EarlyEnds, restrictions: readonly Restriction[]): readonly ComparedGate[] {
  if (early.size === 0) return [];
  const unknown = { change: null, pWorse: null, minimumDetectable: null, trialsNeeded: null } as const;
  const outcomes = [...early].map(([arm, why]): GateOutcome => {
    const verdict = restrictionOf(arm, restrictions)?.verdict === 'invalid' ? 'invalid' : 'regress';
    return { ...unknown, arm, where: 'the run', verdict, why };
  });
  const verdict = gravest(outcomes.map((outcome) => outcome.verdict));
  return [{ gate: comparativeGateOf('error-ratio', 'ratio', 0), text: 'abort-on', verdict, outcomes }];
}

const refusalOf = (fields: readonly string[]): string =>
  `the environments differ in ${fields.join(', ')}; declare what the arms differ in on purpose: ` +
  fields.map((field) => `--variable ${field}`).join(' ');

const primary = (arm: string, gates: readonly ComparedGate[]): readonly GateOutcome[] =>
  gates
    .filter(({ gate }) => gate.level === 'error')
    .flatMap(({ outcomes }) => outcomes.filter((each) => each.arm === arm));

function armVerdict(
  arm: string,
  gates: readonly ComparedGate[],
  restrictions: readonly Restriction[],
  early: EarlyEnds,
): ComparisonVerdict {
  if (restrictionOf(arm, restrictions)?.verdict === 'invalid') return 'invalid';
  if (early.has(arm)) return 'regress';
  const verdicts = new Set(primary(arm, gates).map(({ verdict }) => verdict));
  if (verdicts.has('invalid')) return 'invalid';
  if (verdicts.has('regress')) return verdicts.has('improved') ? 'mixed' : 'regress';
  // A comparison that nothing was judged in has shown nothing.
  if (verdicts.has('inconclusive') || verdicts.size === 0) return 'inconclusive';
  return verdicts.has('improved') ? 'improved' : 'pass';
}

const GRAVITY: readonly ComparisonVerdict[] = ['improved', 'pass', 'inconclusive', 'mixed', 'regress', 'invalid'];

/** The gravest; `improved` only when every arm is. */
const overall = (verdicts: readonly ComparisonVerdict[]): ComparisonVerdict =>
  verdicts.reduce((worst, each) => (GRAVITY.indexOf(each) > GRAVITY.indexOf(worst) ? each : worst));

/** Whether an outcome is of `ok` calls alone and its twin of all calls says the same of more. */
const saysLess = ({ where, verdict, why }: GateOutcome, own: readonly GateOutcome[]): boolean =>
  where.endsWith(', ok calls') &&
  own.some(
    (other) =>
      other.where === where.replace(/ok calls$/, 'all calls') && other.verdict === verdict && other.why === why,
  );

/** What decided, in one sentence. */
function findingOf(
  arm: string,
  gates: readonly ComparedGate[],
  restrictions: readonly Restriction[],
  early: EarlyEnds,
): string {
  const restriction = restrictionOf(arm, restrictions);
  const ended = early.get(arm);
  if (ended !== undefined && restriction?.verdict !== 'invalid') return ended;
  if (restriction !== null) return restriction.why;
  const outcomes = gates
    .filter(({ gate }) => gate.level === 'error')
    .flatMap(({ gate, outcomes: all }) =>
      all
        .filter((each) => each.arm === arm)
        .filter((each, _, own) => !saysLess(each, own))
        .map((outcome) => ({ gate, outcome })),
    );
  const of = (verdict: GateOutcome['verdict']): readonly string[] =>
    outcomes
      .filter(({ outcome }) => outcome.verdict === verdict)
      .map(({ gate, outcome: { where, why } }) => `${statText(gate)} of ${where}: ${why}`);
  const worst = of('invalid')[0] ?? of('regress')[0] ?? of('inconclusive')[0];
  const better = of('improved')[0];
  if (worst !== undefined && of('invalid').length === 0 && of('regress').length > 0 && better !== undefined)
    return `${worst}; but ${better}`;
  return (
    worst ??
    better ??
    (outcomes.length === 0 ? 'no gate applies' : `all ${outcomes.length} comparisons are within their limits`)
  );
}

/** The exit code of a verdict: 0, 99, 75 or 4. */
export function comparisonExitCode(verdict: ComparisonVerdict): ExitCode {
  switch (verdict) {
    case 'pass':
    case 'improved':
      return EXIT.pass;
    case 'regress':
    case 'mixed':
      return EXIT.gateFailed;
    case 'inconclusive':
      return EXIT.inconclusive;
    case 'invalid':
      return EXIT.invalid;
  }
}
