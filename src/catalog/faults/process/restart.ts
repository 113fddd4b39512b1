import { processFault, processSchema } from './descriptor.js';

export const restart = processFault({
  schema: processSchema(
    'restart',
    'SIGTERM (SIGKILL two seconds later), and after "for" started again on the same port: an orderly restart.',
  ),
  action: { set: 'terminate', afterwards: [], lift: 'start' },
  stopsEverything: true,
  endsSessions: true,
});
