import { NS_PER_MS } from '../../../clock/index.js';
import { scenarioDuration } from '../../../format/index.js';
import { duration } from '../../grammar/index.js';
import { linkFault, linkSchema, onTraffic, toxic, wholeMs } from './descriptor.js';

export const slowClose = linkFault({
  schema: linkSchema('slow-close', 'Delays the end of connections.', {
    delay: duration('ms', '500ms').describe('How much later a connection closes.'),
    ...onTraffic(),
  }),
  check: ({ delay }, report) => wholeMs('delay', delay, report),
  action: (fault) => toxic('slow_close', fault, { delay: fault.delay / NS_PER_MS }),
  words: ({ delay }) => `slow-close ${scenarioDuration(delay)}`,
  stopsEverything: false,
  endsSessions: false,
});
