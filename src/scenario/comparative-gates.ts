/** Gates on a change: their checks, and reading them from texts such as `--gate '{ ... }'`. */
import {
  CHANGE_KEYS,
  GateText,
  isOnChange,
  marginKey,
  metricOf,
  placeParts,
  readBound,
  readMargin,
  statOf,
  type CheckReport,
  type ComparativeGate,
} from '../catalog/index.js';
import { ProblemError, suggestion, type Problem } from '../problem/index.js';
import { comparativeGate } from './build-gates.js';
import { textSource } from './files.js';
import { problemsFrom } from './grammar/issues.js';
import { problemAt, spanAt, valueOf, type MapNode } from './tree.js';
import { readYaml } from './yaml-tree.js';

/** Checks metric, stat and limit of a gate on a change. */
export function checkChange(text: GateText, { error }: CheckReport): void {
  const { metric: name, stat } = text;
  const metric = metricOf(name);
  const both = (['min', 'max'] as const).find((key) => text[key] !== undefined);
  if (both !== undefined) {
    const change = CHANGE_KEYS.find((key) => text[key] !== undefined) ?? 'versus';
    error([both], 'contradiction', {
      what: `a gate with ${both} bounds a value, and one with ${change} limits a change`,
      remedy: 'write two gates',
    });
    return;
  }
  const chosen = statOf(name, stat);
  const stats = Object.keys(metric.stats);
  if (chosen === null) {
    if (stat === undefined)
      error({ key: [] }, 'missing-key', {
        what: `a gate on ${name} needs a stat`,
        remedy: `add stat: ${stats.join(' | ')}`,
      });
    else
      error(['stat'], 'bad-stat', {
        what: `${name} has no ${stat}`,
        remedy: suggestion(stat, stats, `stats of ${name}`),
      });
    return;
  }
  const key = marginKey(name);
  const other = key === 'max-increase' ? 'max-decrease' : 'max-increase';
  if (text[other] !== undefined)
    error([other], 'contradiction', {
      what: `of ${name} ${metric.better} is better: ${other} would limit an improvement`,
      remedy: `write ${key}`,
    });
  else if (text[key] === undefined)
    error({ key: [] }, 'missing-key', { what: `a gate on ${name} needs ${key}`, remedy: `add ${key}: 10%` });
  else {
    const margin = readMargin(name, chosen.stat, text[key]);
    if (!margin.ok) error([key], margin.code, margin);
  }
  const floor = text['and-at-least'];
  const atLeast = floor === undefined ? null : readBound(name, chosen.unit, floor);
  if (atLeast !== null && !atLeast.ok) error(['and-at-least'], atLeast.code, atLeast);
}

/**
 * Reads gates on a change in the scenario language, each a text of its own.
 * @param name stands for the file in problems.
 * @throws ProblemError (`bad-input`) with the problems of all of them.
 */
export function comparativeGatesFromTexts(texts: readonly string[], name: string): readonly ComparativeGate[] {
  const problems: Problem[] = [];
  const gates = texts.flatMap((text, index) => {
    const reading = readYaml(textSource(name, text));
    if (!reading.ok) {
      problems.push(...reading.problems);
      return [];
    }
    if (reading.tree?.kind !== 'map') {
      problems.push({
        code: 'wrong-type',
        what: `${name} "${text}" is not a map`,
        remedy: 'write it like { metric: response-time, stat: p99, max-increase: 10% }',
      });
      return [];
    }
    return gateOf(reading.tree, index, problems);
  });
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
  return gates;
}

function gateOf(tree: MapNode, index: number, problems: Problem[]): readonly ComparativeGate[] {
  const parsed = GateText.safeParse(valueOf(tree));
  if (!parsed.success) {
    problems.push(...problemsFrom(parsed.error.issues, tree));
    return [];
  }
  const before = problems.length;
  const report: CheckReport['error'] = (place, code, advice) => {
    const { path, want } = placeParts(place);
    problems.push(problemAt(spanAt(tree, path, want), code, advice));
  };
  const { metric, max, min } = parsed.data;
  if (metricOf(metric).per === 'stretch')
    report(['metric'], 'bad-scope', {
      what: `${metric} is judged before and after faults only, so that runs have no value of it`,
      remedy: 'gate another metric, such as failed-hypotheses',
    });
  else if (!isOnChange(parsed.data) && (max !== undefined || min !== undefined))
    report([max === undefined ? 'min' : 'max'], 'contradiction', {
      what: 'a comparison limits a change, not a value',
      remedy: `write ${marginKey(metric)}; a limit of the value itself stands in "gates:" of the scenario`,
    });
  else checkChange(parsed.data, { error: report, warn: report });
  return problems.length === before ? [comparativeGate(parsed.data, index)] : [];
}
