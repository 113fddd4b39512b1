/** The metrics a gate or a hypothesis can name. */
import { backlogDrain } from './backlog-drain.js';
import { latencyFromSend, responseTime } from './call-latency.js';
import { blastRadius, routeLoss } from './blast-radius.js';
import { coldStart, firstCall } from './cold-start.js';
import { contractDrift } from './contract-drift.js';
import { deadlineMissRatio } from './deadline-miss-ratio.js';
import { dipArea } from './dip-area.js';
import { duplicates, lost, orphans } from './effects.js';
import { errorClasses } from './error-classes.js';
import { errorRatio } from './error-ratio.js';
import { timeToDetect, timeToRecover } from './fault-times.js';
import { excessLoss } from './excess-loss.js';
import { failedHypotheses } from './failed-hypotheses.js';
import {
  addedTools,
  bystanderMessages,
  changedTools,
  contextTokens,
  cpuPerCall,
  handshakesPerCall,
  headerTraceKept,
  hiddenRetries,
  joinRate,
  listOrderChanges,
  listsPerCall,
  messagesPerCall,
  metaKept,
  metaTraceKept,
  misroutes,
  missingTools,
  tokenPassed,
} from './gateway.js';
import { goodput } from './goodput.js';
import { descriptorGrowth, rssGrowth, sessionGrowth, socketGrowth, threadGrowth } from './growth.js';
import { headroom, loadLine } from './load-line.js';
import { linkCost } from './link-cost.js';
import { metastable } from './metastable.js';
import { queueAge } from './queue-age.js';
import { retryAmplification } from './retry-amplification.js';
import { scalingEfficiency } from './scaling-efficiency.js';
import { scheduleLag } from './schedule-lag.js';
import { failedAfterSessionLoss, sessionsRecovered } from './session-loss.js';
import { sessionsOpen } from './sessions-open.js';
import { throughput } from './throughput.js';
import { upstreamQueue } from './upstream-queue.js';
import type { Metric } from './metric.js';

/** In the order in which they are listed to people. */
export const METRICS = {
  'response-time': responseTime,
  'latency-from-send': latencyFromSend,
  'schedule-lag': scheduleLag,
  'queue-age': queueAge,
  'upstream-queue': upstreamQueue,
  goodput,
  'deadline-miss-ratio': deadlineMissRatio,
  'error-ratio': errorRatio,
  'error-classes': errorClasses,
  throughput,
  'load-line': loadLine,
  headroom,
  'scaling-efficiency': scalingEfficiency,
  'time-to-detect': timeToDetect,
  'time-to-recover': timeToRecover,
  'backlog-drain': backlogDrain,
  'dip-area': dipArea,
  metastable,
  'link-cost': linkCost,
  'blast-radius': blastRadius,
  'route-loss': routeLoss,
  'sessions-recovered': sessionsRecovered,
  'failed-after-session-loss': failedAfterSessionLoss,
  duplicates,
  lost,
  orphans,
  'retry-amplification': retryAmplification,
  'rss-growth': rssGrowth,
  'descriptor-growth': descriptorGrowth,
  'socket-growth': socketGrowth,
  'thread-growth': threadGrowth,
  'session-growth': sessionGrowth,
  'sessions-open': sessionsOpen,
  'contract-drift': contractDrift,
  'failed-hypotheses': failedHypotheses,
  'messages-per-call': messagesPerCall,
  'lists-per-call': listsPerCall,
  'handshakes-per-call': handshakesPerCall,
  'bystander-messages': bystanderMessages,
  'join-rate': joinRate,
  'meta-kept': metaKept,
  'meta-trace-kept': metaTraceKept,
  'header-trace-kept': headerTraceKept,
  'token-passed': tokenPassed,
  'hidden-retries': hiddenRetries,
  'excess-loss': excessLoss,
  misroutes,
  'changed-tools': changedTools,
  'missing-tools': missingTools,
  'added-tools': addedTools,
  'list-order-changes': listOrderChanges,
  'context-tokens': contextTokens,
  'cpu-per-call': cpuPerCall,
  'cold-start': coldStart,
  'first-call': firstCall,
} as const satisfies Readonly<Record<string, Metric>>;

export type GateMetric = keyof typeof METRICS;
export const GATE_METRICS = Object.keys(METRICS) as [GateMetric, ...GateMetric[]];

/** Those that a stretch before or after faults has a value of. */
export type HypothesisMetric = {
  [M in GateMetric]: (typeof METRICS)[M]['stretch'] extends null ? never : M;
}[GateMetric];
export const HYPOTHESIS_METRICS = GATE_METRICS.filter((name) => METRICS[name].stretch !== null) as [
  HypothesisMetric,
  ...HypothesisMetric[],
];

export function metricOf(name: GateMetric): Metric {
  return METRICS[name];
}
