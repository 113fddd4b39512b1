import { mockFault, mockSchema, noChecks, ONE_EFFECT } from './descriptor.js';

export const lostEffect = mockFault('lost-effect', {
  schema: mockSchema('lost-effect', 'Acknowledged, not executed.', {}),
  check: noChecks,
  parameters: () => ({}),
  words: () => 'lost-effect',
  contradicts: { kind: 'duplicate-effect', because: ONE_EFFECT },
  affectedCallSucceeds: null,
  endsSessions: false,
});
