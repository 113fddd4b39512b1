import { scenarioSize } from '../../../format/index.js';
import { MAX_LEAK_BYTES } from '../../../protocol/index.js';
import { size } from '../../grammar/index.js';
import { mockFault, mockSchema, noChecks } from './descriptor.js';

export const memoryLeak = mockFault('memory-leak', {
  schema: mockSchema('memory-leak', 'Each affected call leaves memory behind, at most 256 MiB in all.', {
    'per-call': size(MAX_LEAK_BYTES, '256MiB', '16KiB').describe('Memory that each affected call leaves behind.'),
  }),
  check: noChecks,
  parameters: ({ 'per-call': bytesPerCall }) => ({ bytesPerCall }),
  words: ({ 'per-call': bytes }) => `memory-leak ${scenarioSize(bytes)} a call`,
  contradicts: null,
  affectedCallSucceeds: 'takes memory and makes no call fail by itself',
  endsSessions: false,
});
