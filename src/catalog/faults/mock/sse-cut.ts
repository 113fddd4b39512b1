import { oneOf } from '../../grammar/index.js';
import { mockFault, mockSchema, noChecks } from './descriptor.js';

export const sseCut = mockFault('sse-cut', {
  schema: mockSchema('sse-cut', 'An event stream that ends before the answer.', {
    end: oneOf('end', ['abort', 'clean'])
      .describe('abort: the connection is closed; clean: HTTP ends properly. Default: abort.')
      .optional(),
  }),
  check: noChecks,
  parameters: ({ end }) => (end === undefined ? {} : { end }),
  words: ({ end }) => (end === undefined ? 'sse-cut' : `sse-cut ${end}`),
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
