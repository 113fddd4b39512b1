import { scenarioDuration } from '../../../format/index.js';
import { duration } from '../../grammar/index.js';
import { mockFault, mockSchema, noTool, WHOLE_MOCK } from './descriptor.js';

export const stall = mockFault('stall', {
  schema: mockSchema('stall', 'The workers stop; calls are still accepted, and refused by a full queue.', {
    lasting: duration('ms', '200ms')
      .describe('With every, calls or probability: how long the stall of each affected call is.')
      .optional(),
  }),
  check: (fault, report, { chooses }) => {
    const { lasting } = fault;
    if (chooses !== null && lasting === undefined)
      report.error({ key: [] }, 'missing-key', {
        what: `a stall with ${chooses} must say how long each one is`,
        remedy: 'add "lasting: 200ms"',
      });
    if (chooses === null && lasting !== undefined)
      report.error({ key: ['lasting'] }, 'contradiction', {
        what: 'without every, calls or probability the whole mock stalls for as long as "for" says',
        remedy: 'delete "lasting"',
      });
    else if (chooses === null) noTool(fault, report, WHOLE_MOCK);
  },
  parameters: ({ lasting }) => (lasting === undefined ? {} : { forNs: lasting }),
  words: ({ lasting }) => (lasting === undefined ? 'stall' : `stall ${scenarioDuration(lasting)} each`),
  contradicts: null,
  affectedCallSucceeds: 'delays calls and makes none fail by itself',
  endsSessions: false,
});
