import { scenarioSize } from '../../../format/index.js';
import { size } from '../../grammar/index.js';
import { linkFault, linkSchema, onTraffic, toxic } from './descriptor.js';

export const limitData = linkFault({
  schema: linkSchema('limit-data', 'Closes a connection after so many bytes.', {
    bytes: size(1024 ** 3, '1GiB', '4KiB').describe('Bytes that pass before the connection is closed.'),
    ...onTraffic(),
  }),
  check: () => undefined,
  action: (fault) => toxic('limit_data', fault, { bytes: fault.bytes }),
  words: ({ bytes }) => `limit-data ${scenarioSize(bytes)}`,
  stopsEverything: false,
  endsSessions: false,
});
