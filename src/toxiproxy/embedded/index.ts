/**
 * The embedded engine: a fault proxy that speaks Toxiproxy's HTTP API, so that any Toxiproxy client can drive it.
 *
 * Owns the API, the proxies, the connections through them and what each toxic does to their bytes. Does not own: being
 * started and driven by a run (the room's own index does that), or when a fault begins and ends.
 *
 * It answers as toxiproxy-server 2.12.0 does, but for these deviations, each on purpose (the real server; here):
 *
 * - toxicity outside 0 to 1: accepted: always or never; here 400
 * - negative attribute: accepted; a negative rate ends the process; here 400
 * - slicer sizes: average 0 or variation > average end the process; here 400 for average < 1 or variation >= average
 * - PATCH of a toxic refused: what was valid before the fault is applied; here nothing is applied
 * - integer attributes: `100.0` and `1e2` refused; here accepted, being whole numbers
 * - no `listen`: any interface, any port; here 127.0.0.1, any port
 * - errors: JSON under text/plain; here application/json
 * - decoding errors: Go's texts; here texts of the same form
 * - proxy bodies: a stray `Logger` member; here without it
 * - POST /reset: proxy by proxy, stops at the first it cannot bind; here all toxics go first, then ports are bound
 * - -config that fails: logged, goes on with what could be set up; here does not start
 * - request body over 4 MiB: read; here 413
 * - /version: its version; here this package's, ending in `+embedded`
 * - -seed: has no effect; here decides toxicity, jitter and cuts
 * - toxicity: drawn anew by any change of a neighbour; here one draw for seed, proxy, connection number and toxic
 *   name; only changing the toxicity changes the decision, and a higher one only adds connections
 * - adding a toxic: releases what the toxic before it holds; here leaves the others alone
 * - reset_peer: a connection older than it gets FIN; with toxicity 0 later closes are RST all the same; here RST for
 *   old ones too; spared connections are left alone
 * - slow dial to an upstream: holds up all new connections of the proxy; here only its own
 * - held data: up to 32 MiB for each direction of a connection; here bounded (1 MiB, -max-held-bytes), then reading
 *   stops; counted in /metrics
 * - removal under load: can hang the API; here answered at once: no handler waits for a socket
 * - /draws: 404; here what the seed decided on the first connections of each toxic
 * - /metrics: counted when a connection ends; here counted as bytes pass
 *
 * Known limits: timers have whole milliseconds, so a slicer's rest under a millisecond holds on average and not piece
 * by piece; the bound on held data also bounds throughput under latency to bound divided by latency.
 */
export { runEmbeddedServer } from './run.js';
export type { EngineDraws } from './draws.js';
export type { ProxyBody } from './proxy.js';
export type { ReadyLine, StandstillLine } from './run.js';
export { startEmbeddedServer } from './server.js';
export type { EmbeddedServer, EmbeddedServerOptions } from './server.js';
export type { ToxicBody } from './toxic.js';
export { toxicKind } from './toxics/index.js';
