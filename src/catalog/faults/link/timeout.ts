import { NS_PER_MS } from '../../../clock/index.js';
import { scenarioDuration } from '../../../format/index.js';
import { durationOrZero } from '../../grammar/index.js';
import { linkFault, linkSchema, onTraffic, toxic, wholeMs } from './descriptor.js';

export const timeout = linkFault({
  schema: linkSchema('timeout', 'Drops all data, and closes a connection after this long without any.', {
    timeout: durationOrZero('s', '2s').describe('0s: never closes.'),
    ...onTraffic(),
  }),
  check: ({ timeout: after }, report) => wholeMs('timeout', after, report),
  action: (fault) => toxic('timeout', fault, { timeout: fault.timeout / NS_PER_MS }),
  words: ({ timeout: after }) => (after === 0 ? 'timeout without end' : `timeout ${scenarioDuration(after)}`),
  stopsEverything: false,
  endsSessions: false,
});
