/** Defaults of the scenario language, in base units. The schema's descriptions repeat each of them. */
import type { GeneratorSettings, RecoverySettings } from './types.js';

/**
 * From the end of a phase to the start of the next: time for every load worker to receive its announcement, and for the
 * faults to be put on the same clock.
 */
export const BETWEEN_PHASES_NS = 50e6;
/** How long a rule of `abort-on` must hold. */
export const DEFAULT_ABORT_WINDOW_NS = 5e9;
/** Runs are reproducible without being asked. */
export const DEFAULT_SEED = 1;
export const DEFAULT_SESSIONS = 1;
export const DEFAULT_IN_FLIGHT_PER_SESSION = 64;
export const DEFAULT_SERVICE_HOST = '127.0.0.1';
/** One list says nothing of the order. */
export const DEFAULT_TOOL_LISTS = 2;
export const DEFAULT_READY_WITHIN_NS = 30e9;
export const DEFAULT_STEP_WITHIN_NS = 10e9;

export const DEFAULT_GENERATOR: GeneratorSettings = { pacing: 'auto', maxInFlight: 1024, maxQueued: 1e4, workers: 1 };

/**
 * The band: p99 at most one and a half times the baseline's and nine tenths of its goodput (the share the definition of
 * metastable failures uses), held for six windows of half a second: long enough that one lucky window is no recovery,
 * short enough for a fault phase of twenty seconds.
 */
export const DEFAULT_RECOVERY: RecoverySettings = { latencyFactor: 1.5, goodputShare: 0.9, holdNs: 3e9, windowNs: 5e8 };
