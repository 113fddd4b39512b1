/**
 * Arrival processes: when each logical call of an open loop is meant to start.
 *
 * Pure, on an absolute schedule: a time is computed from the start of its stage, never from the arrival before it as it
 * happened, so lateness never adds up. Does not own: waiting for a time (`pacing`), or what happens then (`engine`).
 */
import type { LoadSegment } from '../../plan/index.js';
import type { Random } from '../../random/index.js';
import { constantPacer } from './constant.js';
import type { Pacer } from './pacer.js';
import { poissonPacer } from './poisson.js';
import { recordedPacer } from './recorded.js';

/** The pacer of an open-loop segment. `random` is drawn from by Poisson arrivals only. */
export function pacerOf(segment: Extract<LoadSegment, { loop: 'open' }>, random: Random): Pacer {
  switch (segment.arrivals) {
    case 'constant':
      return constantPacer(segment.stages);
    case 'poisson':
      return poissonPacer(segment.stages, random);
    case 'recorded':
      return recordedPacer(segment.offsetsNs);
  }
}

export { constantPacer, poissonPacer, recordedPacer };
export type { Pacer };
