import { z } from 'zod';
import { durationOrZero, problemMessage } from '../../grammar/index.js';
import { mockFault, mockSchema } from './descriptor.js';

const NS_PER_S = 1e9;
const DEFAULT_STATUS = 503;

const status = z.union([z.literal(429), z.literal(503)], {
  error: () => problemMessage('unknown-value', 'a shed answer is 429 or 503', 'write 429 or 503'),
});

export const shed = mockFault('shed', {
  schema: mockSchema('shed', 'Refused on arrival with Retry-After.', {
    status: status.describe(`Default: ${DEFAULT_STATUS}.`).optional(),
    'retry-after': durationOrZero('s', '1s').describe('Whole seconds. Default: 1s.').optional(),
  }),
  check: ({ 'retry-after': retryAfter = 0 }, report) => {
    if (retryAfter % NS_PER_S !== 0)
      report.error(
        'retry-after',
        'value',
        'bad-quantity',
        'Retry-After counts whole seconds',
        `write ${Math.ceil(retryAfter / NS_PER_S)}s`,
      );
  },
  parameters: (fault) => ({
    status: fault.status ?? DEFAULT_STATUS,
    ...(fault['retry-after'] === undefined ? {} : { retryAfterS: fault['retry-after'] / NS_PER_S }),
  }),
  words: (fault) => `shed ${fault.status ?? DEFAULT_STATUS}`,
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
