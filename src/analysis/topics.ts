/**
 * All topics, in an order in which each finds what it needs: the compiler refuses another one. To add a topic, add its
 * folder and one line here.
 */
import { callsTopic } from './calls/index.js';
import { capacityTopic, loadLineTopic } from './capacity/index.js';
import { contractTopic } from './contract/index.js';
import { effectsTopic, sideEffectsTopic } from './effects/index.js';
import { eventsTopic } from './events/index.js';
import { environmentTopic, runTopic } from './environment/index.js';
import { gatewayTopic } from './gateway/index.js';
import { hypothesesTopic } from './hypotheses/index.js';
import type { RunInput } from './input.js';
import { latenessTopic } from './lateness/index.js';
import { phasesTopic } from './phases/index.js';
import { attributionTopic, spansTopic } from './queue/index.js';
import { edgesTopic, recoveryTopic } from './recovery/index.js';
import { serverMetricsTopic } from './server-metrics/index.js';
import { shardsTopic } from './shards/index.js';
import { growthTopic } from './stability/index.js';
import { topicsOver } from './topic.js';
import { validityTopic } from './validity/index.js';

export const TOPICS = topicsOver<RunInput>()
  .with(runTopic)
  .with(shardsTopic)
  .with(callsTopic)
  .with(effectsTopic)
  .with(loadLineTopic)
  .with(edgesTopic)
  .with(phasesTopic)
  .with(attributionTopic)
  .with(spansTopic)
  .with(capacityTopic)
  .with(recoveryTopic)
  .with(eventsTopic)
  .with(growthTopic)
  .with(serverMetricsTopic)
  .with(contractTopic)
  .with(hypothesesTopic)
  .with(sideEffectsTopic)
  .with(gatewayTopic)
  .with(environmentTopic)
  .with(latenessTopic)
  .with(validityTopic);
