import { mockFault, mockSchema, PLAIN } from './descriptor.js';

export const truncatedJson = mockFault('truncated-json', {
  schema: mockSchema('truncated-json', 'The JSON breaks off halfway.', {}),
  words: () => 'truncated-json',
  ...PLAIN,
});
