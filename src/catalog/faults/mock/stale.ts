import { mockFault, mockSchema, PLAIN } from './descriptor.js';

export const stale = mockFault('stale', {
  schema: mockSchema('stale', 'An earlier answer of the same tool.', {}),
  words: () => 'stale',
  ...PLAIN,
});
