import { mockFault, mockSchema, noChecks } from './descriptor.js';

export const truncatedJson = mockFault('truncated-json', {
  schema: mockSchema('truncated-json', 'The JSON breaks off halfway.', {}),
  check: noChecks,
  parameters: () => ({}),
  words: () => 'truncated-json',
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
