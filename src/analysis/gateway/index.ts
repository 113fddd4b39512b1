/**
 * Gateway: what stands between the client and the upstreams does to calls and to tool lists.
 *
 * Owns the join of both sides, upstream messages and sessions per call, what of a request arrives, calls that are
 * repeated, answered or sent elsewhere by a gateway, what the client sees of a fault, the return after an upstream has
 * lost its sessions, CPU and memory, and the fidelity of tool lists. Does not own: latency (`calls`, and its difference
 * between arms in `compare`), side effects (`effects`), blast radius and breaker (`recovery`).
 */
export { gatewayFindings } from './findings.js';
export { gatewayTopic, type GatewayPart } from './topic.js';
export type * from './types.js';
