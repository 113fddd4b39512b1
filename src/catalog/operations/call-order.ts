/** Which calls a run makes and in which order: it depends on the seed alone, whatever becomes of them. */
import { seededRandom, type Random } from '../../random/index.js';
import type { CallSpec } from './call-spec.js';
import { requestJson, requestTextOf, type Carried } from './request.js';
import { makeRequestGenerator, type CounterStart, type RequestGenerator } from './request-generator.js';

/** The random numbers of a run's load. */
export function loadRandom(seed: number): Random {
  return seededRandom(seed, 'load');
}

/** @param random the load's, or a worker's part of it. */
export function loadGenerator(calls: readonly CallSpec[], random: Random, counter?: CounterStart): RequestGenerator {
  return makeRequestGenerator(calls, random.fork('arguments'), counter);
}

/**
 * Draws the spec of each logical call by weight: one draw a call.
 *
 * @param random as for `loadGenerator`.
 */
export function specDrawer(calls: readonly CallSpec[], random: Random): () => number {
  const own = random.fork('specs');
  const total = calls.reduce((sum, { weight }) => sum + weight, 0);
  let sum = 0;
  const upTo = Float64Array.from(calls, ({ weight }) => (sum += weight) / total);
  const last = calls.length - 1;
  if (last === 0) return () => 0;
  return () => {
    const drawn = own.next();
    let spec = 0;
    while (spec < last && drawn >= (upTo[spec] ?? 1)) spec++;
    return spec;
  };
}

/** JSON-RPC id of the first call of a session: the handshake has the one before. */
const FIRST_CALL_ID = 2;

/** A rare spec may not be among so many first calls. */
const MOST_CALLS = 100_000;

/**
 * The JSON-RPC request of the first call of each spec, as one load worker with one session sends it while nothing is
 * retried; null for a spec that is not among the first 100,000 calls.
 */
export function firstRequests(calls: readonly CallSpec[], carried: Carried, seed: number) {
  const random = loadRandom(seed);
  const generator = loadGenerator(calls, random);
  const draw = specDrawer(calls, random);
  const requests = new Array<string | null>(calls.length).fill(null);
  const content = { callId: 0, argumentsJson: '', expectedText: '' };
  for (let callId = 0, missing = calls.length; callId < MOST_CALLS && missing > 0; callId++) {
    const spec = draw();
    content.callId = callId;
    generator.prepare(content, spec);
    const call = calls[spec];
    if (call === undefined || requests[spec] !== null) continue;
    const text = requestTextOf(call, carried);
    requests[spec] = requestJson(text, FIRST_CALL_ID + callId, content.argumentsJson, callId);
    missing--;
  }
  return requests;
}
