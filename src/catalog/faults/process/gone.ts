import { lastingProcessSchema, processFault } from './descriptor.js';

export const gone = processFault({
  schema: lastingProcessSchema(
    'gone',
    'SIGKILL; started again after "for", or not at all: a part of the stack is lost.',
  ),
  action: { set: 'kill', afterwards: [], lift: 'start' },
  stopsEverything: true,
  endsSessions: true,
});
