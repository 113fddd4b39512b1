import { mockFault, mockSchema, PLAIN } from './descriptor.js';

export const misdelivered = mockFault('misdelivered', {
  schema: mockSchema('misdelivered', 'The answers of the affected call and of another in flight are exchanged.', {}),
  words: () => 'misdelivered',
  ...PLAIN,
});
