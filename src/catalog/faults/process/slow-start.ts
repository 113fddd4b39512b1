import { processFault, processSchema } from './descriptor.js';

export const slowStart = processFault({
  schema: processSchema(
    'slow-start',
    'Restarted at once, and stopped with SIGSTOP from when it is ready until "for" is over: ' +
      'it accepts connections and does not answer.',
  ),
  action: { set: 'terminate', afterwards: ['start', 'freeze'], lift: 'thaw' },
  stopsEverything: false,
  endsSessions: true,
});
