import { scenarioDuration, scenarioSize } from '../../../format/index.js';
import { durationOrZero, size } from '../../grammar/index.js';
import { linkFault, linkSchema, onTraffic, toxic } from './descriptor.js';

const GIB = 1024 ** 3;
const NS_PER_US = 1000;

export const slicer = linkFault({
  schema: linkSchema('slicer', 'Cuts data into small pieces.', {
    'average-size': size(GIB, '1GiB', '64B').describe('Average size of a piece.'),
    'size-variation': size(GIB, '1GiB', '16B').describe('Less than the average size. Default: 0B.').optional(),
    delay: durationOrZero('ms', '1ms').describe('Between pieces. Default: 0ms.').optional(),
    ...onTraffic(),
  }),
  check: ({ 'average-size': average, 'size-variation': variation = 0, delay = 0 }, report) => {
    if (delay % NS_PER_US !== 0)
      report.error(['delay'], 'bad-quantity', { what: 'a slicer counts in whole microseconds', remedy: 'round it' });
    const remedy = average === 0 ? 'write at least 1B' : 'lower it';
    if (average === 0)
      report.error(['average-size'], 'out-of-range', { what: "pieces of no bytes can't be cut", remedy });
    else if (variation >= average)
      report.error(['size-variation'], 'contradiction', {
        what: 'the variation is not below the average size',
        remedy,
      });
  },
  action: (fault) =>
    toxic('slicer', fault, {
      average_size: fault['average-size'],
      size_variation: fault['size-variation'] ?? 0,
      delay: (fault.delay ?? 0) / NS_PER_US,
    }),
  words: ({ 'average-size': average, 'size-variation': variation = 0, delay = 0 }) =>
    `slicer ${scenarioSize(average)} +-${scenarioSize(variation)}, ${scenarioDuration(delay)} apart`,
  stopsEverything: false,
  endsSessions: false,
});
