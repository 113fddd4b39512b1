/**
 * The engines behind a link: a Toxiproxy of our own, or a real one.
 *
 * Owns starting or finding an engine and proving that it is the one that answers, driving it with a limit on every
 * call, starting it again when it hangs, and leaving nothing behind. `embedded/` is the engine we ship. Does not own:
 * when a fault begins and ends (`faults`), or what the link stands in front of (`stack`).
 */
export { startFaultEngine } from './start.js';
export type { EngineChange, EngineChoice, FaultEngine, FaultEngineOptions } from './engine.js';
export type { EdgeTimes } from './driver.js';
export type { FaultLink, Upstream } from './fault-link.js';
export { FaultProxyError, isWedge } from './failure.js';
export { objectionsTo } from './toxic-checks.js';
export { runEmbeddedServer, type EngineDraws } from './embedded/index.js';
