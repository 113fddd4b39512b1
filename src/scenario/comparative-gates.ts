/** Comparative gates as a text of their own, such as `--gate '{ metric: goodput, stat: rate, max-decrease: 5% }'`. */
import {
  ComparativeGateText,
  marginKey,
  metricOf,
  readBound,
  readMargin,
  statOf,
  type ComparativeGate,
} from '../catalog/index.js';
import { ProblemError, suggestion, type Advice, type Problem } from '../problem/index.js';
import { textSource } from './files.js';
import { problemsFrom } from './grammar/issues.js';
import { problemAt, spanAt, valueOf, type MapNode } from './tree.js';
import { readYaml } from './yaml-tree.js';

/**
 * Reads gates in the scenario language, each a text of its own.
 * @param name stands for the file in problems.
 * @throws ProblemError (`bad-input`) with the problems of all of them.
 */
export function comparativeGatesFromTexts(texts: readonly string[], name: string): readonly ComparativeGate[] {
  const problems: Problem[] = [];
  const gates = texts.flatMap((text, index) => {
    const reading = readYaml({ ...textSource(name, text), firstLine: 1 });
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
    const gate = gateOf(reading.tree, index, problems);
    return gate === null ? [] : [gate];
  });
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
  return gates;
}

function gateOf(tree: MapNode, index: number, problems: Problem[]): ComparativeGate | null {
  const parsed = ComparativeGateText.safeParse(valueOf(tree));
  if (!parsed.success) {
    problems.push(...problemsFrom(parsed.error.issues, tree));
    return null;
  }
  const text = parsed.data;
  const report = (key: string, code: string, advice: Advice): null => {
    const has = tree.entries.has(key);
    problems.push(problemAt(has ? spanAt(tree, [key], 'value') : tree.span, code, advice));
    return null;
  };
  const metric = metricOf(text.metric);
  if (metric.per === 'stretch')
    return report('metric', 'bad-scope', {
      what: `${text.metric} is judged before and after faults only, so that runs have no value of it`,
      remedy: 'gate another metric, such as failed-hypotheses',
    });
  const chosen = statOf(text.metric, text.stat);
  const stats = Object.keys(metric.stats);
  if (chosen === null)
    return text.stat === undefined
      ? report('metric', 'missing-key', {
          what: `a gate on ${text.metric} needs a stat`,
          remedy: `add stat: ${stats.join(' | ')}`,
        })
      : report('stat', 'bad-stat', {
          what: `${text.metric} has no ${text.stat}`,
          remedy: suggestion(text.stat, stats, `stats of ${text.metric}`),
        });
  const key = marginKey(text.metric);
  const other = key === 'max-increase' ? 'max-decrease' : 'max-increase';
  if (text[other] !== undefined)
    return report(other, 'contradiction', {
      what: `of ${text.metric} ${metric.better} is better: ${other} would limit an improvement`,
      remedy: `write ${key}`,
    });
  const written = text[key];
  if (written === undefined)
    return report('metric', 'missing-key', {
      what: `a gate on ${text.metric} needs ${key}`,
      remedy: `add ${key}: 10%`,
    });
  const margin = readMargin(text.metric, chosen.stat, written);
  if (!margin.ok) return report(key, margin.code, margin);
  const floor = text['and-at-least'];
  const atLeast = floor === undefined ? null : readBound(text.metric, chosen.unit, floor);
  if (atLeast !== null && !atLeast.ok) return report('and-at-least', atLeast.code, atLeast);
  return {
    index,
    metric: text.metric,
    stat: chosen.stat,
    phase: text.phase ?? null,
    tool: text.tool ?? null,
    fault: text.fault ?? null,
    process: text.process ?? null,
    unit: chosen.unit,
    versus: 'reference',
    change: metric.stats[chosen.stat]?.change ?? 'difference',
    margin: margin.value,
    atLeast: atLeast === null ? null : atLeast.value,
    level: text.level ?? 'error',
  };
}
