import { z } from 'zod';
import { durationOrZero, refusal } from '../../grammar/index.js';
import { checkRetryAfter } from '../common.js';
import { mockFault, mockSchema } from './descriptor.js';

const DEFAULT_STATUS = 503;

const status = z.union(
  [z.literal(429), z.literal(503)],
  refusal('unknown-value', 'a shed answer is 429 or 503', 'write 429 or 503'),
);

export const shed = mockFault('shed', {
  schema: mockSchema('shed', 'Refused on arrival with Retry-After.', {
    status: status.describe(`HTTP status of the refusal. Default: ${DEFAULT_STATUS}.`).optional(),
    'retry-after': durationOrZero('s', '1s')
      .describe('Announced in Retry-After; whole seconds. Default: 1s.')
      .optional(),
  }),
  check: (fault, report) => checkRetryAfter(report, ['retry-after'], fault['retry-after']),
  parameters: (fault) => ({
    status: fault.status ?? DEFAULT_STATUS,
    ...(fault['retry-after'] === undefined ? {} : { retryAfterS: fault['retry-after'] / 1e9 }),
  }),
  words: (fault) => `shed ${fault.status ?? DEFAULT_STATUS}`,
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
