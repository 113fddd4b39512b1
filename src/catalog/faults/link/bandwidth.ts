import { byteRate } from '../../grammar/index.js';
import { linkFault, linkSchema, onTraffic, toxic } from './descriptor.js';

/** Toxiproxy counts in 1 000 bytes a second. */
const KB = 1000;

export const bandwidth = linkFault({
  schema: linkSchema('bandwidth', 'Limits the bandwidth of each connection.', {
    rate: byteRate('100KB/s').describe('Per connection; 0KB/s stalls.'),
    ...onTraffic(),
  }),
  check: ({ rate }, report) => {
    if (rate % KB !== 0)
      report.error(['rate'], 'bad-quantity', {
        what: 'a link counts bandwidth in whole KB/s (1000 bytes)',
        remedy: `round it to ${Math.max(1, Math.round(rate / KB))}KB/s`,
      });
  },
  action: (fault) => toxic('bandwidth', fault, { rate: fault.rate / KB }),
  words: ({ rate }) => `bandwidth ${rate / KB}KB/s`,
  stopsEverything: false,
  endsSessions: false,
});
