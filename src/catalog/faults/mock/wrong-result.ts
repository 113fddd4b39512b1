import { mockFault, mockSchema, noChecks } from './descriptor.js';

export const wrongResult = mockFault('wrong-result', {
  schema: mockSchema('wrong-result', 'A well-formed answer that does not follow from the arguments.', {}),
  check: noChecks,
  parameters: () => ({}),
  words: () => 'wrong-result',
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
