import { mockFault, mockSchema, noChecks } from './descriptor.js';

export const lostEffect = mockFault('lost-effect', {
  schema: mockSchema('lost-effect', 'Acknowledged, not executed.', {}),
  check: noChecks,
  parameters: () => ({}),
  words: () => 'lost-effect',
  contradicts: {
    kind: 'duplicate-effect',
    because: "one call can't be executed twice and not at all, and both may choose it",
  },
  affectedCallSucceeds: null,
  endsSessions: false,
});
