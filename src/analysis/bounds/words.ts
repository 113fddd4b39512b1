/** Bounds and measured values in words, each in the unit its bound was written in. */
import type { BoundUnit, Gate, Hypothesis } from '../../scenario/index.js';
import type { PhaseSummary } from '../phases/index.js';

function scaled(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

function duration(ns: number, digits: number): string {
  const size = Math.abs(ns);
  const [divisor, unit] = size >= 1e9 ? [1e9, 's'] : size >= 1e6 ? [1e6, 'ms'] : size >= 1e3 ? [1e3, 'us'] : [1, 'ns'];
  return `${scaled(ns / divisor, digits)} ${unit}`;
}

function bytesPerHour(value: number, digits: number): string {
  const size = Math.abs(value);
  const [divisor, unit] =
    size >= 1024 ** 3
      ? [1024 ** 3, 'GiB/h']
      : size >= 1024 ** 2
        ? [1024 ** 2, 'MiB/h']
        : size >= 1024
          ? [1024, 'KiB/h']
          : [1, 'B/h'];
  return `${scaled(value / divisor, digits)} ${unit}`;
}

/** A value with its unit. A retry amplification is a ratio that people read as a multiple. */
function quantity(value: number, unit: BoundUnit, asMultiple: boolean, digits = 4): string {
  switch (unit) {
    case 'ns':
      return duration(value, digits);
    case 'per-second':
      return `${scaled(value, digits)}/s`;
    case 'ratio':
      return asMultiple ? `${scaled(value, digits)}x` : `${scaled(value * 100, digits)} %`;
    case 'count':
      return scaled(value, digits);
    case 'ns-per-second':
      return `${scaled(value / 1e6, digits)} ms/s`;
    case 'bytes-per-hour':
      return bytesPerHour(value, digits);
    case 'per-hour':
      return `${scaled(value, digits)}/h`;
  }
}

/** A value of this gate's metric, with enough digits to be told apart from the gate's bounds. */
export function measuredText(gate: Gate, value: number): string {
  const multiple = gate.metric === 'retry-amplification';
  const text = quantity(value, gate.unit, multiple);
  const looksEqual = [gate.min, gate.max].some(
    (bound) => bound !== null && bound !== value && quantity(bound, gate.unit, multiple) === text,
  );
  return looksEqual ? quantity(value, gate.unit, multiple, 9) : text;
}

/** What was measured in steps: nothing at all reads as less than one step. The report says the same. */
export function steppedText(gate: Gate, value: number, step: number | undefined): string {
  return step !== undefined && value === 0 ? `under ${quantity(step, gate.unit, false)}` : measuredText(gate, value);
}

/** The bound of one side. */
function boundText(gate: Gate, bound: number): string {
  return quantity(bound, gate.unit, gate.metric === 'retry-amplification', 9);
}

const PER_FAULT: readonly Gate['metric'][] = ['time-to-detect', 'time-to-recover', 'dip-area', 'metastable'];
const PER_RUN: readonly Gate['metric'][] = ['duplicates', 'lost', 'orphans', 'contract-drift'];
/** Slopes of a process during a soak phase. */
const GROWTH_METRICS: readonly Gate['metric'][] = [
  'rss-growth',
  'descriptor-growth',
  'socket-growth',
  'thread-growth',
  'session-growth',
];
/** Metrics whose one statistic goes without saying. */
const SINGLE_STAT: readonly Gate['metric'][] = [
  ...PER_FAULT,
  ...PER_RUN,
  'backlog-drain',
  'deadline-miss-ratio',
  'error-ratio',
  'error-classes',
  'retry-amplification',
  'sessions-open',
  'broken-hypotheses',
  ...GROWTH_METRICS,
];

function scope(gate: Gate): string {
  const parts: string[] = [];
  if (gate.tool !== null) parts.push(`of ${gate.tool}`);
  if (gate.fault !== null) parts.push(`after ${gate.fault}`);
  if (GROWTH_METRICS.includes(gate.metric)) parts.push(`of ${gate.process ?? 'every process'}`);
  if (gate.phase !== null)
    parts.push(`${gate.tool === null && !GROWTH_METRICS.includes(gate.metric) ? 'of' : 'in'} ${gate.phase}`);
  if (gate.phase === null && gate.fault === null) {
    if (PER_FAULT.includes(gate.metric)) parts.push('after every fault');
    else if (gate.metric === 'backlog-drain') parts.push('wherever there was one');
    else if (GROWTH_METRICS.includes(gate.metric)) parts.push('in every soak phase');
    else if (!PER_RUN.includes(gate.metric)) parts.push('in every phase');
  }
  return parts.join(' ');
}

const whatOf = (gate: Gate): string =>
  SINGLE_STAT.includes(gate.metric) ? gate.metric : `${gate.metric} ${gate.stat}`;

function boundsOf(gate: Gate): string {
  const bounds: string[] = [];
  if (gate.min !== null) bounds.push(`>= ${boundText(gate, gate.min)}`);
  if (gate.max !== null) bounds.push(`<= ${boundText(gate, gate.max)}`);
  return bounds.join(' and ');
}

/** The gate in words: `response-time p99 of steady <= 100 ms`. */
export function gateText(gate: Gate): string {
  return [whatOf(gate), scope(gate), boundsOf(gate)].filter((part) => part !== '').join(' ');
}

/**
 * What stands behind the name of a closed-loop phase: it asks less of a server that slows down, so that its numbers are
 * not those of independent arrivals.
 */
export const CLOSED_LOOP = ' (closed loop)';

/** A phase's name as it stands beside numbers. */
export function phaseLabel({ name, loop }: Pick<PhaseSummary, 'name' | 'loop'>): string {
  return loop === 'closed' ? `${name}${CLOSED_LOOP}` : name;
}

/** A hypothesis in words, without its phase: `goodput ratio of search >= 99 %`. */
export function hypothesisText(hypothesis: Hypothesis): string {
  return [whatOf(hypothesis), hypothesis.tool === null ? '' : `of ${hypothesis.tool}`, boundsOf(hypothesis)]
    .filter((part) => part !== '')
    .join(' ');
}
