import { whole } from '../../grammar/index.js';
import { mockFault, mockSchema, noChecks, ONE_EFFECT } from './descriptor.js';

export const duplicateEffect = mockFault('duplicate-effect', {
  schema: mockSchema('duplicate-effect', 'One call, several executions.', {
    executions: whole(2, 1000).describe('How often the side effect happens. Default: 2.').optional(),
  }),
  check: noChecks,
  parameters: ({ executions }) => (executions === undefined ? {} : { executions }),
  words: ({ executions }) => (executions === undefined ? 'duplicate-effect' : `duplicate-effect x${executions}`),
  contradicts: { kind: 'lost-effect', because: ONE_EFFECT },
  affectedCallSucceeds: null,
  endsSessions: false,
});
