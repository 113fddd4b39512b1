import { mockFault, mockSchema, noTool, WHOLE_MOCK } from './descriptor.js';

export const sessionLoss = mockFault('session-loss', {
  schema: mockSchema('session-loss', 'All sessions are forgotten: once, or after each affected call.', {}),
  check: (fault, report, { chooses }) => {
    if (chooses === null) noTool(fault, report, WHOLE_MOCK);
  },
  parameters: () => ({}),
  words: () => 'session-loss',
  contradicts: null,
  affectedCallSucceeds: 'the affected call is still served: later ones find no session',
  endsSessions: true,
});
