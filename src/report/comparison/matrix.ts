/** The numbers of all arms side by side: rows by group, a cell for each arm. What every form of it shows. */
import { METRIC_GROUPS, metricOf, statText, traitsOf, type MetricGroup } from '../../catalog/index.js';
import {
  rankingOf,
  type ComparedGate,
  type ComparedPhase,
  type Comparison,
  type Effect,
  type GateOutcome,
  type Rank,
} from '../../compare/index.js';
import { changeText, count, counted, estimatedChange } from '../../format/index.js';
import { cellSpan, type CellSpan } from './plots.js';
import { isClear, NO_VALUE, valueText } from './words.js';

/** Groups of rows: those of the metrics, and idle latency apart. */
export type RowGroup = 'idle' | MetricGroup;

const GROUP_WORDS: Readonly<Record<RowGroup, { readonly title: string; readonly chapter: string }>> = {
  idle: { title: 'Latency, idle', chapter: 'percentiles' },
  latency: { title: 'Latency under load', chapter: 'percentiles' },
  throughput: { title: 'Throughput', chapter: 'phases' },
  capacity: { title: 'Load line and headroom', chapter: 'load-line' },
  recovery: { title: 'Recovery after faults', chapter: 'recovery' },
  correctness: { title: 'Correctness', chapter: 'phases' },
  fidelity: { title: 'Fidelity', chapter: 'gateway' },
  'context-cost': { title: 'Context cost', chapter: 'gateway' },
  resources: { title: 'Resources', chapter: 'trend' },
};
const GROUPS: readonly RowGroup[] = ['idle', ...METRIC_GROUPS];

export const groupTitle = (group: RowGroup): string => GROUP_WORDS[group].title;

/** How a cell stands against the reference, by its interval and its gates. */
export type Standing =
  'reference' | 'regress' | 'worse' | 'better' | 'not different' | 'no interval' | 'only a bound' | 'no value';

export interface MatrixCell {
  readonly arm: string;
  readonly value: string;
  /** Null for the reference, and where there is no estimate. */
  readonly change: string | null;
  readonly interval: string | null;
  readonly standing: Standing;
  /** The gravest verdict of the gates on it; null where none is on it. */
  readonly verdict: GateOutcome['verdict'] | null;
  readonly rank: Rank | null;
  /** Why there is no value, or how many trials had one. */
  readonly note: string | null;
  readonly effect: Effect | null;
  /** The run that is nearest to the value, and the chapter of its report. */
  readonly evidence: { readonly folder: string; readonly chapter: string } | null;
}

export interface MatrixRow {
  readonly what: string;
  readonly where: string;
  /** Null where no gate judges it. */
  readonly limit: string | null;
  readonly margin: number | null;
  readonly span: CellSpan | null;
  readonly cells: readonly MatrixCell[];
  /** Why the arms of the row have no ranks; null where they have. */
  readonly notRanked: string | null;
}

export interface MatrixPart {
  readonly title: string;
  readonly rows: readonly MatrixRow[];
}

/** One number: its effects on all candidates, in the order of the arms. */
interface Subject {
  readonly key: string;
  readonly effects: readonly Effect[];
}

const keyOf = ({ metric, stat, tool, where }: Effect): string => JSON.stringify([metric, stat, tool, where]);

function subjectsOf(effects: readonly Effect[]): readonly Subject[] {
  const found = new Map<string, Effect[]>();
  for (const effect of effects) {
    const own = found.get(keyOf(effect));
    if (own === undefined) found.set(keyOf(effect), [effect]);
    else own.push(effect);
  }
  return [...found].map(([key, own]) => ({ key, effects: own }));
}

/** Every outcome of a gate on an effect. */
export const judgedOf = (
  effect: Effect,
  gates: readonly ComparedGate[],
): readonly { readonly gate: ComparedGate; readonly outcome: GateOutcome }[] =>
  gates
    .filter(({ gate }) => gate.metric === effect.metric && gate.stat === effect.stat && gate.tool === effect.tool)
    .flatMap((gate) =>
      gate.outcomes
        .filter(({ arm, where }) => arm === effect.arm && where === effect.where)
        .map((outcome) => ({ gate, outcome })),
    );

/** Those of them that hold the effect against the reference: a row shows the change from it. */
const againstReference = (effect: Effect, gates: readonly ComparedGate[]) =>
  judgedOf(effect, gates).filter(({ gate: { gate } }) => gate.versus === 'reference');

/** Of `ok` calls alone, where the number of all calls is there as well. */
function siblingOf(effect: Effect, effects: readonly Effect[]): Effect | undefined {
  const where = effect.where.replace(/\bok calls\b/, 'all calls');
  if (where === effect.where) return undefined;
  const { arm, metric, stat, tool } = effect;
  return effects.find(
    (other) =>
      other.arm === arm &&
      other.metric === metric &&
      other.stat === stat &&
      other.tool === tool &&
      other.where === where,
  );
}

/** Where every call was ok, the numbers of ok calls are those of all calls. */
export function isRepeated(effect: Effect, effects: readonly Effect[]): boolean {
  const sibling = siblingOf(effect, effects);
  return sibling !== undefined && JSON.stringify(sibling.pairs) === JSON.stringify(effect.pairs);
}

/** The same of an outcome: its twin of all calls says the same. */
export function isRepeatedOutcome(gate: ComparedGate, outcome: GateOutcome, effects: readonly Effect[]): boolean {
  const effect = effects.find((each) => judgedOf(each, [gate]).some((judged) => judged.outcome === outcome));
  if (effect === undefined || !isRepeated(effect, effects)) return false;
  const where = outcome.where.replace(/\bok calls\b/, 'all calls');
  return gate.outcomes.some(
    (other) => other.arm === outcome.arm && other.where === where && other.verdict === outcome.verdict,
  );
}

/** What is read first of all numbers; the rest is in comparison.json. */
export const isShown = ({ metric, stat }: Effect): boolean => metricOf(metric).comparison.shows.includes(stat);

const hasValue = ({ pairs }: Effect): boolean =>
  pairs.some(({ reference, candidate }) => reference !== null || candidate !== null);

/** The phase that an effect is in; null for a fault, a process or the run. */
export const phaseOf = ({ where }: Pick<Effect, 'where'>, phases: readonly ComparedPhase[]): ComparedPhase | null =>
  [...phases]
    .sort((a, b) => b.name.length - a.name.length)
    .find(({ name }) => [name, `${name},`, `${name} (`].some((head) => where === name || where.startsWith(head))) ??
  null;

export function groupOf(effect: Effect, phases: readonly ComparedPhase[]): RowGroup {
  const { group } = metricOf(effect.metric).comparison;
  const phase = phaseOf(effect, phases);
  return group === 'latency' && phase !== null && traitsOf(phase.regime).measuresIdleLatency ? 'idle' : group;
}

/** All rows of the matrix, by group. */
export function matrixOf(comparison: Comparison): readonly MatrixPart[] {
  const { effects, gates, phases } = comparison;
  const whole = effects.filter(({ tool }) => tool === null);
  const subjects = subjectsOf(whole).filter(({ effects: own }) => {
    const isJudged = own.some((effect) => judgedOf(effect, gates).length > 0);
    if (!isJudged && !(own.some(isShown) && own.some(hasValue))) return false;
    // All calls are the honest number; that of ok calls stands in where there is only a bound of it.
    return !own.every((effect) => siblingOf(effect, whole)?.result.kind === 'estimate' || isRepeated(effect, whole));
  });
  return GROUPS.flatMap((group): MatrixPart[] => {
    const rows = subjects.flatMap(({ effects: own }) => {
      const [first] = own;
      return first === undefined || groupOf(first, phases) !== group ? [] : [rowOf(own, group, comparison)];
    });
    return rows.length === 0 ? [] : [{ title: groupTitle(group), rows }];
  });
}

/** Statistics of each tool that are shown. */
const OF_TOOLS: readonly (readonly [Effect['metric'], Effect['stat']])[] = [
  ['response-time', 'p50'],
  ['response-time', 'p99'],
  ['deadline-miss-ratio', 'ratio'],
];

/** The same for each tool. */
export function toolsOf(comparison: Comparison): readonly MatrixPart[] {
  const { effects, gates } = comparison;
  const ofTools = effects.filter(({ tool }) => tool !== null);
  const tools = [...new Set(ofTools.map(({ tool }) => tool))];
  return tools.flatMap((tool): MatrixPart[] => {
    const rows = OF_TOOLS.flatMap(([metric, stat]) =>
      subjectsOf(ofTools.filter((each) => each.tool === tool && each.metric === metric && each.stat === stat))
        .filter(
          ({ effects: own }) =>
            own.some((effect) => judgedOf(effect, gates).length > 0) ||
            (own.some(hasValue) &&
              !own.every(
                (effect) => siblingOf(effect, ofTools)?.result.kind === 'estimate' || isRepeated(effect, ofTools),
              )),
        )
        .map(({ effects: own }) => {
          const row = rowOf(own, 'latency', comparison);
          return { ...row, where: row.where.replace(`${tool ?? ''} in `, '') };
        }),
    );
    return rows.length === 0 ? [] : [{ title: tool ?? '', rows }];
  });
}

function rowOf(own: readonly Effect[], group: RowGroup, comparison: Comparison): MatrixRow {
  const { arms, gates, reference } = comparison;
  const [first] = own;
  if (first === undefined) throw new RangeError('a row has an effect');
  const gate = own.flatMap((effect) => againstReference(effect, gates))[0]?.gate.gate ?? null;
  const ranking = rankingOf(reference, own);
  const ranks = ranking.kind === 'ranks' ? ranking.ranks : [];
  const chapter =
    metricOf(first.metric).per === 'run' && group === 'correctness' ? 'side-effects' : GROUP_WORDS[group].chapter;
  const limit = gate === null ? null : changeText((first.better === 'higher' ? -1 : 1) * gate.margin, gate);
  const cells = arms.flatMap(({ name, trials, verdict }): MatrixCell[] => {
    const effect = verdict === null ? first : own.find(({ arm }) => arm === name);
    // An arm that could not be run has its column all the same.
    if (effect === undefined)
      return [
        {
          ...UNJUDGED,
          arm: name,
          value: NO_VALUE,
          standing: 'no value',
          rank: null,
          note: null,
          effect: null,
          evidence: null,
        },
      ];
    const values = effect.pairs.map((pair) => (verdict === null ? pair.reference : pair.candidate));
    const row = nearest(values);
    const folder = trials.find((trial) => trial.row === row)?.folder;
    const common = {
      arm: name,
      rank: ranks.find(({ arm }) => arm === name) ?? null,
      evidence: folder === undefined ? null : { folder, chapter },
    };
    return [
      verdict === null
        ? { ...common, ...ofReference(effect, values) }
        : { ...common, ...ofCandidate(effect, values, gates) },
    ];
  });
  return {
    what: statText(first),
    where: first.where,
    limit,
    margin: gate?.margin ?? null,
    span: cellSpan(own, gate?.margin ?? null),
    cells,
    notRanked: ranking.kind === 'none' && arms.length > 2 ? ranking.why : null,
  };
}

/** The row whose value is nearest to the middle of all; null where there is none. */
function nearest(values: readonly (number | null)[]): number | null {
  const known = values.flatMap((value, row) => (value === null ? [] : [{ value, row }]));
  const ordered = [...known].sort((a, b) => a.value - b.value || a.row - b.row);
  return ordered[Math.floor((ordered.length - 1) / 2)]?.row ?? null;
}

type CellNumbers = Omit<MatrixCell, 'arm' | 'rank' | 'evidence'>;

/** A value without an estimate of the change: the mean of the trials that have one. */
function plainValue(effect: Effect, values: readonly (number | null)[]) {
  const { result } = effect;
  const known = values.flatMap((value) => value ?? []);
  if (known.length === 0) return { value: NO_VALUE, note: null };
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const note = known.length === values.length ? null : `${count(known.length)} of ${counted(values.length, 'trial')}`;
  return { value: valueText(effect, mean, result.kind === 'none' && result.cause === 'bounds'), note };
}

const UNJUDGED = { change: null, interval: null, verdict: null } as const;

function ofReference(effect: Effect, values: readonly (number | null)[]): CellNumbers {
  const { result } = effect;
  if (result.kind === 'none')
    return { ...UNJUDGED, ...plainValue(effect, values), standing: 'reference', effect: null };
  const value = valueText(effect, result.reference, result.precision === 'at-most');
  return { ...UNJUDGED, value, standing: 'reference', note: null, effect: null };
}

function ofCandidate(effect: Effect, values: readonly (number | null)[], gates: readonly ComparedGate[]): CellNumbers {
  const { result, better } = effect;
  const verdicts = againstReference(effect, gates).map(({ outcome }) => outcome.verdict);
  const verdict = verdicts.includes('regress') ? 'regress' : (verdicts[0] ?? null);
  if (result.kind === 'none') {
    const plain = plainValue(effect, values);
    // A process of the candidate alone, such as its gateway, has nothing to be held against.
    const isAlone = plain.value !== NO_VALUE && effect.pairs.every(({ reference }) => reference === null);
    const note = plain.note ?? (isAlone ? 'the reference has none' : result.why);
    return { ...UNJUDGED, ...plain, note, standing: verdict === 'regress' ? 'regress' : 'no value', verdict, effect };
  }
  const [change = '', interval = ''] = estimatedChange(result.change, effect).split(/ \[|\]/);
  const isWorse = better === 'lower' ? result.change.estimate > 0 : result.change.estimate < 0;
  const standing = ((): Standing => {
    if (verdict === 'regress') return 'regress';
    if (result.precision !== 'exact') return 'only a bound';
    if (result.change.low === null) return 'no interval';
    return isClear(result.change) ? (isWorse ? 'worse' : 'better') : 'not different';
  })();
  return {
    value: valueText(effect, result.candidate, result.precision === 'at-least'),
    change: `${{ exact: '', 'at-least': '≥ ', 'at-most': '≤ ' }[result.precision]}${change}`,
    // Its unit stands beside the change.
    interval: interval === '' ? null : interval.replaceAll(' %', '').replace(', ', ' to '),
    standing,
    verdict,
    note: null,
    effect,
  };
}
