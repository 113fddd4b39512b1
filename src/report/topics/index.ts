/** The chapters of a report, in reading order. A new chapter is a module of its own and a line in this list. */
import { afterFault } from './after-fault.js';
import { breakdown } from './breakdown.js';
import { drift } from './drift.js';
import { environment } from './environment.js';
import { events } from './events.js';
import { gateway } from './gateway.js';
import { heatmap } from './heatmap.js';
import { hypotheses } from './hypotheses.js';
import { hysteresis } from './hysteresis.js';
import { loadLine } from './load-line.js';
import { percentiles } from './percentiles.js';
import { phases } from './phases.js';
import { protocol } from './protocol.js';
import { queue } from './queue.js';
import { recovery } from './recovery.js';
import { resources } from './resources.js';
import { scaling } from './scaling.js';
import { serverMetrics } from './server-metrics.js';
import { shards } from './shards.js';
import { sideEffects } from './side-effects.js';
import { stationarity } from './stationarity.js';
import { summary } from './summary.js';
import { timeline } from './timeline.js';
import { distinct } from './topic.js';
import { trend } from './trend.js';
import { validity } from './validity.js';
import { verdict } from './verdict.js';

export const TOPICS = distinct([
  verdict,
  validity,
  summary,
  events,
  loadLine,
  scaling,
  timeline,
  serverMetrics,
  percentiles,
  queue,
  breakdown,
  stationarity,
  trend,
  recovery,
  afterFault,
  hysteresis,
  hypotheses,
  heatmap,
  phases,
  sideEffects,
  resources,
  gateway,
  drift,
  shards,
  protocol,
  environment,
]);
