import { mockFault, mockSchema, noChecks } from './descriptor.js';

export const stale = mockFault('stale', {
  schema: mockSchema('stale', 'An earlier answer of the same tool.', {}),
  check: noChecks,
  parameters: () => ({}),
  words: () => 'stale',
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
