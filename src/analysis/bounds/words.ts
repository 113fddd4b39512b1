/** Bounds and measured values in words, each in the unit its bound was written in. */
import { boundsInUnit } from '../../format/index.js';
import type { Gate, Hypothesis } from '../../scenario/index.js';
import type { PhaseSummary } from '../phases/index.js';

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

/** The gate in words: `response-time p99 of steady <= 100 ms`. */
export function gateText(gate: Gate): string {
  return [whatOf(gate), scope(gate), boundsInUnit(gate, gate.unit)].filter((part) => part !== '').join(' ');
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
  return [
    whatOf(hypothesis),
    hypothesis.tool === null ? '' : `of ${hypothesis.tool}`,
    boundsInUnit(hypothesis, hypothesis.unit),
  ]
    .filter((part) => part !== '')
    .join(' ');
}
