import { oneOf } from '../../grammar/index.js';
import { mockFault, mockSchema, noChecks } from './descriptor.js';

export const malformedSse = mockFault('malformed-sse', {
  schema: mockSchema('malformed-sse', 'An event stream without a usable answer.', {
    form: oneOf('form', ['broken-line', 'no-blank-line'])
      .describe('How the event stream is broken. Default: broken-line.')
      .optional(),
  }),
  check: noChecks,
  parameters: ({ form }) => (form === undefined ? {} : { form }),
  words: ({ form }) => (form === undefined ? 'malformed-sse' : `malformed-sse ${form}`),
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
