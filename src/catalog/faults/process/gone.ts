import { lastingSchema, processFault } from './descriptor.js';

export const gone = processFault({
  schema: lastingSchema('gone', 'SIGKILL; started again after "for", or not at all: a part of the stack is lost.'),
  action: { set: 'kill', afterwards: [], lift: 'start' },
  stopsEverything: true,
  endsSessions: true,
});
