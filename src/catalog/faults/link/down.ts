import { linkFault, linkSchema } from './descriptor.js';

export const down = linkFault({
  schema: linkSchema('down', 'Nothing listens; live connections are closed.', {}),
  check: () => undefined,
  action: () => ({ kind: 'down' }),
  words: () => 'down',
  stopsEverything: true,
  endsSessions: true,
});
