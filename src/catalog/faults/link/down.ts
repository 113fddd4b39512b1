import { DOWN, linkFault, linkSchema } from './descriptor.js';

export const down = linkFault({
  schema: linkSchema('down', 'Nothing listens; live connections are closed.', {}),
  check: () => undefined,
  action: () => DOWN,
  words: () => 'down',
  stopsEverything: true,
  endsSessions: true,
});
