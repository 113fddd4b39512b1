import { processFault, processSchema } from './descriptor.js';

export const kill = processFault({
  schema: processSchema('kill', 'SIGKILL, and after "for" started again on the same port: a crash.'),
  action: { set: 'kill', afterwards: [], lift: 'start' },
  stopsEverything: true,
  endsSessions: true,
});
