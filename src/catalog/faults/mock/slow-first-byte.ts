import { scenarioDuration } from '../../../format/index.js';
import { duration } from '../../grammar/index.js';
import { mockFault, mockSchema, noChecks } from './descriptor.js';

export const slowFirstByte = mockFault('slow-first-byte', {
  schema: mockSchema('slow-first-byte', 'The head of the answer leaves late.', {
    delay: duration('ms', '200ms').describe('How much later it leaves.'),
  }),
  check: noChecks,
  parameters: ({ delay }) => ({ delayNs: delay }),
  words: ({ delay }) => `slow-first-byte ${scenarioDuration(delay)}`,
  contradicts: null,
  affectedCallSucceeds: 'delays calls and makes none fail by itself',
  endsSessions: false,
});
