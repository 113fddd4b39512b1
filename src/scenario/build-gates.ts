/** From the texts of gates and hypotheses that passed the checks to what is judged: the one place that makes them. */
import {
  isOnChange,
  marginKey,
  metricOf,
  readBound,
  readMargin,
  statOf,
  type BoundUnit,
  type ComparativeGate,
  type Gate,
  type GateMetric,
  type GateText,
  type Hypothesis,
  type HypothesisText,
  type MetricSelection,
} from '../catalog/index.js';

/** The gates of a scenario: those on a value, and those on a change. */
export function buildGates(texts: readonly GateText[]): {
  readonly gates: readonly Gate[];
  readonly comparativeGates: readonly ComparativeGate[];
} {
  return {
    gates: texts.flatMap((text, index) => (isOnChange(text) ? [] : [boundGate(text, index)])),
    comparativeGates: texts.flatMap((text, index) => (isOnChange(text) ? [comparativeGate(text, index)] : [])),
  };
}

/** What a gate on a change becomes that passed `checkChange`. */
export function comparativeGate(text: GateText, index: number): ComparativeGate {
  const selection = selectionOf(text, index);
  const { metric, stat, unit } = selection;
  const written = text[marginKey(metric)];
  const margin = written === undefined ? null : readMargin(metric, stat, written);
  if (margin?.ok !== true) throw new Error(`gate ${index} passed the checks without a limit`);
  return {
    ...selection,
    versus: text.versus ?? 'reference',
    change: metricOf(metric).stats[stat]?.change ?? 'difference',
    margin: margin.value,
    atLeast: boundOf(metric, unit, text['and-at-least']),
    level: text.level ?? 'error',
  };
}

/** @param phase the phase that it is of; undefined: every phase with a fault. */
export function hypothesis(text: HypothesisText, phase: string | undefined, index: number): Hypothesis {
  const gate = boundGate({ ...text, ...(phase === undefined ? {} : { phase }) }, index);
  return { ...gate, metric: text.metric, fault: null, process: null };
}

function boundGate(text: GateText, index: number): Gate {
  const selection = selectionOf(text, index);
  const bound = (written: string | number | undefined) => boundOf(selection.metric, selection.unit, written);
  return { ...selection, min: bound(text.min), max: bound(text.max) };
}

function selectionOf({ metric, stat, phase, tool, fault, process }: GateText, index: number): MetricSelection {
  const chosen = statOf(metric, stat);
  if (chosen === null) throw new Error(`gate ${index} passed the checks without a stat`);
  return {
    index,
    metric,
    stat: chosen.stat,
    phase: phase ?? null,
    tool: tool ?? null,
    fault: fault ?? null,
    process: process ?? null,
    unit: chosen.unit,
  };
}

function boundOf(metric: GateMetric, unit: BoundUnit, written: string | number | undefined): number | null {
  const read = written === undefined ? null : readBound(metric, unit, written);
  return read?.ok === true ? read.value : null;
}
