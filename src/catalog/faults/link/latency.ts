import { NS_PER_MS } from '../../../clock/index.js';
import { scenarioDuration } from '../../../format/index.js';
import { duration, durationOrZero } from '../../grammar/index.js';
import { linkFault, linkSchema, onTraffic, toxic, wholeMs } from './descriptor.js';

export const latency = linkFault({
  schema: linkSchema('latency', 'Delays everything that passes.', {
    latency: duration('ms', '300ms').describe('Added to each piece of data.'),
    jitter: durationOrZero('ms', '50ms').describe('Uniform, up to this much more or less. Default: 0ms.').optional(),
    ...onTraffic(),
  }),
  check: ({ latency: mean, jitter = 0 }, report) => {
    wholeMs('latency', mean, report);
    wholeMs('jitter', jitter, report);
    if (jitter > mean)
      report.error(['jitter'], 'contradiction', {
        what: 'the jitter is larger than the latency: some delays would be negative',
        remedy: 'lower the jitter',
      });
  },
  action: (fault) =>
    toxic('latency', fault, { latency: fault.latency / NS_PER_MS, jitter: (fault.jitter ?? 0) / NS_PER_MS }),
  words: ({ latency: mean, jitter = 0 }) =>
    `latency ${scenarioDuration(mean)}${jitter === 0 ? '' : ` +-${scenarioDuration(jitter)}`}`,
  stopsEverything: false,
  endsSessions: false,
});
