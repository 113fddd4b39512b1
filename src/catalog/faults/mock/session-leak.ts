import { mockFault, mockSchema, noTool } from './descriptor.js';

export const sessionLeak = mockFault('session-leak', {
  schema: mockSchema('session-leak', 'DELETE of a session is acknowledged, and the session kept.', {}),
  check: (fault, report) => noTool(fault, report, 'a session belongs to no tool'),
  parameters: () => ({}),
  words: () => 'session-leak',
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
