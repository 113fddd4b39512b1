import { processFault, processSchema } from './descriptor.js';

export const freeze = processFault({
  schema: processSchema(
    'freeze',
    'SIGSTOP, and after "for" SIGCONT: it keeps its connections and answers nothing meanwhile.',
  ),
  action: { set: 'freeze', afterwards: [], lift: 'thaw' },
  stopsEverything: false,
  endsSessions: false,
});
