import { describe, expect, it } from 'vitest';
import { SlotPool, clearAttempt } from '../../src/load/engine/slots.js';
import { COLUMNS, SAMPLE_FIELDS } from '../../src/record/index.js';

/** What a call keeps from attempt to attempt. */
const OF_THE_CALL = ['callId', 'attempt', 'phase', 'stage', 'spec', 'intendedNs'] as const;

describe('clearing a slot for the next attempt', () => {
  it('leaves no column of the attempt before, and those of the call as they are', () => {
    const slot = new SlotPool(1).take(0, 0, -1);
    for (const field of SAMPLE_FIELDS) slot[field] = 77;
    slot.retryAfterNs = 77;
    clearAttempt(slot);
    for (const field of SAMPLE_FIELDS) {
      const stays = OF_THE_CALL.some((name) => name === field);
      expect({ [field]: slot[field] }).toEqual({ [field]: stays ? 77 : (COLUMNS[field].absent ?? 0) });
    }
    expect(slot.retryAfterNs).toBe(0);
  });
});
