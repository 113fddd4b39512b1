import { mockFault, mockSchema, noChecks } from './descriptor.js';

export const misdelivered = mockFault('misdelivered', {
  schema: mockSchema('misdelivered', 'The answers of the affected call and of another in flight are exchanged.', {}),
  check: noChecks,
  parameters: () => ({}),
  words: () => 'misdelivered',
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
