/**
 * The stack: what is under test, brought up and taken down.
 *
 * Owns services (spawn, readiness, logs, what is done to their processes on purpose, stop in reverse order whatever
 * happens), ports, links in front of them, the address calls go to, and polling its processes. Does not own: the
 * engine behind a link (`toxiproxy`), when a fault comes on (`faults`).
 */
export { findGateway, gatewaysFolder } from './installed.js';
export { attachedStack } from './attached.js';
export { lastWords } from './last-words.js';
export { startStack, type RunningStack, type StackSetup } from './stack.js';
export type { ReceivedCall } from './services.js';
export type { ProcessControl } from './supervisor.js';
export { requireCpus } from './pinning.js';
export { sampleProcess, type WatchedProcess } from './resources.js';
export { readMetrics, type MetricPage } from './server-metrics.js';
export { whyElsewhere } from './this-machine.js';
