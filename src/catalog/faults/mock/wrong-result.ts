import { mockFault, mockSchema, PLAIN } from './descriptor.js';

export const wrongResult = mockFault('wrong-result', {
  schema: mockSchema('wrong-result', 'A well-formed answer that does not follow from the arguments.', {}),
  words: () => 'wrong-result',
  ...PLAIN,
});
