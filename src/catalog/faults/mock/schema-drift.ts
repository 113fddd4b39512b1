import { text } from '../../grammar/index.js';
import { mockFault, mockSchema } from './descriptor.js';

export const schemaDrift = mockFault('schema-drift', {
  schema: mockSchema('schema-drift', 'tools/list shows a tool with another list of required arguments.', {
    field: text('query')
      .describe('Is required if it was not, and the reverse. Default: the first optional one, or a new one.')
      .optional(),
  }),
  check: (_fault, report, { watchesContract }) => {
    if (!watchesContract)
      report.warn(['type'], 'contract-not-watched', {
        what: 'the tool list changes, and the run does not ask for it again',
        remedy: 'add "contract: { every: 1s }" at the top',
      });
  },
  parameters: ({ field }) => (field === undefined ? {} : { field }),
  words: ({ field }) => (field === undefined ? 'schema-drift' : `schema-drift of ${field}`),
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
