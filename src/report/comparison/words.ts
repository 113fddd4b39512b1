/** What a comparison's verdicts and numbers are called, in every form. */
import type {
  ComparedGate,
  Comparison,
  ComparisonVerdict,
  Effect,
  Estimated,
  GateOutcome,
} from '../../compare/index.js';
import { boundOf, metricOf, statText } from '../../catalog/index.js';
import { changeText, count, counted, estimatedChange, inUnit, lowerBound } from '../../format/index.js';
import { plainText } from '../text.js';
import type { Badge } from '../words.js';

export const COMPARISON_VERDICT: Readonly<Record<ComparisonVerdict, Badge>> = {
  pass: { words: 'pass', tone: 'good', sign: '✓' },
  improved: { words: 'improved', tone: 'good', sign: '✓' },
  inconclusive: { words: 'inconclusive', tone: 'unsure', sign: '?' },
  mixed: { words: 'mixed', tone: 'bad', sign: '✗' },
  regress: { words: 'regress', tone: 'bad', sign: '✗' },
  invalid: { words: 'invalid', tone: 'bad', sign: '!' },
};

/** `10 pairs of trials in the order ABBA, interleaved`. */
export function designText({ order, arms }: Comparison): string {
  const { rows, interleaved, carryOverBalanced, pairedSeeds } = order;
  const unit = arms.length === 2 ? counted(rows.length, 'pair') : counted(rows.length, 'row');
  return [
    `${unit} of trials`,
    interleaved ? 'interleaved' : 'not interleaved',
    carryOverBalanced ? 'carry-over balanced' : 'carry-over not balanced',
    pairedSeeds ? 'same arrivals and arguments within a row' : 'different seeds within a row',
  ].join(', ');
}

/** The finding that all arms share, where something forbids a verdict whatever the numbers are; null otherwise. */
export function sharedFinding({ arms, reasons }: Comparison): string | null {
  const findings = new Set(arms.flatMap(({ verdict, finding }) => (verdict === null ? [] : [finding])));
  const [only = null] = findings;
  return reasons.length > 0 && findings.size === 1 ? only : null;
}

/** What was found of one arm, or of several of which the same was found. */
export interface SharedFinding {
  readonly names: readonly string[];
  readonly verdict: ComparisonVerdict;
  readonly finding: string;
}

/** What was found of the arms that were judged, each finding once, in the order of the arms. */
export function findingsOf({ arms }: Comparison): readonly SharedFinding[] {
  const found = new Map<string, { names: string[]; verdict: ComparisonVerdict; finding: string }>();
  for (const { name, verdict, finding } of arms) {
    if (verdict === null) continue;
    const same = found.get(`${verdict} ${finding}`);
    if (same === undefined) found.set(`${verdict} ${finding}`, { names: [name], verdict, finding });
    else same.names.push(name);
  }
  return [...found.values()];
}

/** Characters of the names before a finding. */
export const MOST_OF_NAMES = 400;

/** Names of arms before a finding that they share; each is cut by itself, so that all of them are there. */
export const armNames = (names: readonly string[]): string => names.map((name) => plainText(name, 60)).join(', ');

/** Reasons that no arm's finding says. */
export const otherReasons = ({ arms, reasons }: Comparison): readonly string[] =>
  reasons.filter((reason) => !arms.some(({ finding }) => finding !== '' && reason.endsWith(finding)));

/** One line of the table of gates, as texts. */
export interface OutcomeCells {
  readonly badge: Badge;
  readonly arm: string;
  readonly what: string;
  readonly where: string;
  readonly reference: string;
  readonly candidate: string;
  readonly change: string;
  readonly limit: string;
  readonly detectable: string;
}

export const NO_VALUE = '–';

export function outcomeCells(gate: ComparedGate, outcome: GateOutcome, effects: readonly Effect[]): OutcomeCells {
  const { metric, stat, tool, change, unit, margin, level, versus } = gate.gate;
  const effect = effects.find(
    (each) =>
      each.arm === outcome.arm &&
      each.metric === metric &&
      each.stat === stat &&
      each.tool === tool &&
      each.where === outcome.where,
  );
  const own = valueCells(effect);
  const values =
    versus === 'reference'
      ? own
      : {
          reference: 'baseline',
          candidate: own.candidate,
          change: outcome.change === null ? NO_VALUE : estimatedChange(outcome.change, gate.gate),
        };
  const sign = metricOf(metric).better === 'higher' ? -1 : 1;
  return {
    badge: COMPARISON_VERDICT[outcome.verdict],
    arm: outcome.arm,
    what: `${statText({ metric, stat })}${level === 'warn' ? ' (warn)' : ''}`,
    where: outcome.where,
    ...values,
    limit: changeText(sign * margin, { change, unit }),
    detectable: outcome.minimumDetectable === null ? NO_VALUE : changeText(outcome.minimumDetectable, { change, unit }),
  };
}

/** The value of an arm. Of several trials it is a mean, which is a lower bound as soon as that of one trial is. */
export function valueText({ metric, unit, pairs }: Effect, value: number, isLowerBound: boolean): string {
  const text = inUnit(value, unit);
  if (!isLowerBound) return text;
  const of = boundOf(metric);
  return `${lowerBound(text, of)}${of === 'time-until' && pairs.length > 1 ? ' (mean)' : ''}`;
}

/** Values and change of an effect. */
export function valueCells(effect: Effect | undefined): Pick<OutcomeCells, 'reference' | 'candidate' | 'change'> {
  if (effect?.result.kind !== 'estimate') return { reference: NO_VALUE, candidate: NO_VALUE, change: NO_VALUE };
  const { result } = effect;
  const bound = { exact: '', 'at-least': '>= ', 'at-most': '<= ' }[result.precision];
  return {
    reference: valueText(effect, result.reference, result.precision === 'at-most'),
    candidate: valueText(effect, result.candidate, result.precision === 'at-least'),
    change: `${bound}${estimatedChange(result.change, effect)}`,
  };
}

export const rankCell = (effect: Effect): string =>
  effect.result.kind === 'estimate' ? estimatedChange(effect.result.hodgesLehmann, effect) : NO_VALUE;

/** Whether an interval leaves no doubt about the direction of a change. */
export const isClear = ({ low, high }: Estimated): boolean => low !== null && high !== null && (low > 0 || high < 0);

/** Longest text of a value of the environment. */
const MOST_VALUE = 60;

/** Values of one field of the environment; of a digest its beginning, which is enough to see that two differ. */
export function valueTexts(values: readonly unknown[]): string {
  const text = (value: unknown): string =>
    value === null
      ? 'unknown'
      : typeof value === 'string' && /^[0-9a-f]{40,}$/.test(value)
        ? `${value.slice(0, DIGEST_SHOWN)}…`
        : plainText(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'unknown'), MOST_VALUE);
  const more = values.length > 3 ? [`${count(values.length - 3)} more`] : [];
  return [...values.slice(0, 3).map(text), ...more].join(', ');
}

const DIGEST_SHOWN = 12;

/** What differs, where the name of a field says too little by itself. */
const FIELD_WORDS: Readonly<Record<string, string>> = {
  'identity.scenarioDigest': 'the scenario',
  'identity.seed': 'the seed',
  'identity.gitCommit': 'the commit',
  'target.serverVersion': 'the version of the server',
  'target.toolListDigest': 'the tools of the server',
};

/** Null where the field's own name is all there is. */
export const fieldWords = (field: string): string | null =>
  Object.hasOwn(FIELD_WORDS, field) ? (FIELD_WORDS[field] ?? null) : null;

/** How the environments differ in one field: `a: 1; b: 2, 3`. */
export const fieldText = ({ arms }: Comparison['environment'][number]): string =>
  arms.map(({ arm, values }) => `${plainText(arm, MOST_VALUE)}: ${valueTexts(values)}`).join('; ');
