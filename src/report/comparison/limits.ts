/** What a comparison does not show, from how it was made. */
import { GATE_METRICS, METRIC_GROUPS, metricOf, statText } from '../../catalog/index.js';
import type { Comparison, Effect } from '../../compare/index.js';
import { changeText, count, counted } from '../../format/index.js';
import { plainText } from '../text.js';
import { capitalised } from '../words.js';
import { groupOf, groupTitle, isRepeated, isShown, type RowGroup } from './matrix.js';

/** Trials below which the spread of trials is itself hardly known. */
const FEW_TRIALS = 6;
const MOST_NAMES = 6;

/** Sentences, each a limit of this comparison; none is about a number that it has. */
export function limitsOf(comparison: Comparison): readonly string[] {
  const { order, phases, effects, arms, curves } = comparison;
  const rows = order.rows.length;
  const closed = phases.filter(({ loop }) => loop === 'closed').map(({ name }) => name);
  const absent = absentGroups(comparison);
  return [
    'Other loads, other data and other machines: the numbers are of this scenario, with the load generator and all ' +
      'servers on one machine and loopback between them.',
    'A cause: an effect says that the arms differ, not which part of them does.',
    ...(rows < 2
      ? ['Any spread: with one trial of each arm no cell has an interval, and noise is as likely a cause as the arm.']
      : rows < FEW_TRIALS
        ? [
            `Small effects: ${counted(rows, 'row')} of trials give wide intervals, and the signed-rank interval ` +
              `needs ${FEW_TRIALS}.`,
          ]
        : []),
    ...smallest(comparison),
    ...(order.interleaved ? [] : ['Drift apart from effects: the trials were not interleaved.']),
    ...(order.carryOverBalanced || !order.interleaved
      ? []
      : ['Carry-over apart from effects: not every arm ran equally often after each other arm.']),
    ...(order.pairedSeeds ? [] : ['Differences of load apart from effects: the trials of a row had different seeds.']),
    ...(closed.length === 0
      ? []
      : [
          `Waiting in ${named(closed)}: a closed loop asks less of a slower arm, so that its latency is not that of ` +
            'independent arrivals (coordinated omission).',
        ]),
    ...(absent.length === 0 ? [] : [`${absent.map(groupTitle).join('; ')}: the scenario measures nothing of it.`]),
    ...unknown(effects),
    ...(curves.missing.length === 0
      ? []
      : [`Curves of every arm: the samples of ${named(curves.missing)} could not be read.`]),
    ...(arms.length < 3 ? [] : ['An order of all arms: ranks are given only where paired intervals part.']),
  ];
}

const named = (names: readonly string[]): string => {
  const shown = names.slice(0, MOST_NAMES).map((name) => plainText(name, 90));
  return [...shown, ...(names.length > MOST_NAMES ? [`${count(names.length - MOST_NAMES)} more`] : [])].join(', ');
};

/** The smallest change that a gate could have seen, of the gate that sees worst. */
function smallest({ gates }: Comparison): readonly string[] {
  const found = gates.flatMap(({ gate, outcomes }) =>
    outcomes.flatMap(({ minimumDetectable, arm, where }) =>
      minimumDetectable === null || gate.change !== 'ratio' ? [] : [{ gate, arm, where, minimumDetectable }],
    ),
  );
  const worst = [...found].sort((a, b) => Math.abs(b.minimumDetectable) - Math.abs(a.minimumDetectable))[0];
  if (worst === undefined) return [];
  const { gate, arm, where, minimumDetectable } = worst;
  return [
    `Changes below what so many trials detect: up to ${changeText(minimumDetectable, gate)} for ` +
      `${statText(gate)} of ${plainText(where, 60)} (${plainText(arm, 40)}), with a probability of 80 %.`,
  ];
}

/** Groups of which the comparison has no number. */
function absentGroups({ effects, phases }: Comparison): readonly RowGroup[] {
  const present = new Set(
    effects
      .filter(({ pairs }) => pairs.some((pair) => pair.reference !== null || pair.candidate !== null))
      .map((effect) => groupOf(effect, phases)),
  );
  // A group that no metric is in has nothing to miss.
  const possible = METRIC_GROUPS.filter((group) =>
    GATE_METRICS.some((metric) => metricOf(metric).comparison.group === group),
  );
  return (['idle', ...possible] as const).filter((group) => !present.has(group));
}

/** Numbers that a gate or the page would show and that are not known, by reason. */
function unknown(effects: readonly Effect[]): readonly string[] {
  const reasons = new Map<string, { readonly names: Set<string>; readonly exactly: Set<string> }>();
  for (const effect of effects) {
    const { metric, stat, where, tool, result } = effect;
    if (tool !== null || result.kind !== 'none' || result.cause === 'absent') continue;
    if (!isShown(effect) || isRepeated(effect, effects)) continue;
    const reason = reasons.get(inGeneral(result.why)) ?? { names: new Set(), exactly: new Set() };
    reason.names.add(`${statText({ metric, stat })} of ${where}`);
    reason.exactly.add(result.why);
    reasons.set(inGeneral(result.why), reason);
  }
  return [...reasons].map(([why, { names, exactly }]) => {
    const [only = why, ...others] = exactly;
    return `${capitalised(named([...names]))}: ${plainText(others.length === 0 ? only : why, 200)}.`;
  });
}

/** A reason without the counts in which arms and places differ. */
const inGeneral = (why: string): string =>
  why
    .replace(/^[\d,]+ samples? beyond \S+/, 'too few samples beyond the quantile')
    .replace(/ \(\d[^()]*\)/g, '')
    .replace(/ in \d+ of \d+ trials$/, '');
