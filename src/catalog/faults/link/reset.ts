import { NS_PER_MS } from '../../../clock/index.js';
import { scenarioDuration } from '../../../format/index.js';
import { durationOrZero } from '../../grammar/index.js';
import { linkFault, linkSchema, onTraffic, toxic, wholeMs } from './descriptor.js';

export const reset = linkFault({
  schema: linkSchema('reset', 'Resets connections (TCP RST).', {
    after: durationOrZero('ms', '0ms').describe('Time before the reset. Default: 0ms.').optional(),
    ...onTraffic(),
  }),
  check: ({ after }, report) => wholeMs('after', after, report),
  action: (fault) => toxic('reset_peer', fault, { timeout: (fault.after ?? 0) / NS_PER_MS }),
  words: ({ after = 0 }) => (after === 0 ? 'reset' : `reset after ${scenarioDuration(after)}`),
  stopsEverything: false,
  endsSessions: true,
});
