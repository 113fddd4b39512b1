/** Faults on a link: one for each toxic of Toxiproxy, and a link that is down. */
import { map, byteRate, duration, durationOrZero, literal, oneOf, share, size } from '../../catalog/index.js';
import { when as at } from './fault-times.js';

export const LINK_FAULT_TYPES = [
  'latency',
  'bandwidth',
  'slow-close',
  'timeout',
  'reset',
  'slicer',
  'limit-data',
  'down',
] as const;

const when = () => at('The link it strikes.', 'upstream');
const onTraffic = () => ({
  direction: oneOf('direction', ['downstream', 'upstream'])
    .describe('downstream: from the server to the client (default).')
    .optional(),
  toxicity: share('100%').describe('Share of connections it strikes. Default: 100%.').optional(),
});

const GIB = 1024 ** 3;

/** In the order of `LINK_FAULT_TYPES`. */
export const LINK_FAULTS = [
  map({
    ...when(),
    type: literal('latency').describe('Delays everything that passes.'),
    latency: duration('ms', '300ms'),
    jitter: durationOrZero('ms', '50ms').describe('Uniform, up to this much more or less. Default: 0ms.').optional(),
    ...onTraffic(),
  }),
  map({
    ...when(),
    type: literal('bandwidth').describe('Limits each connection.'),
    rate: byteRate('100KB/s').describe('Per connection; 0KB/s stalls.'),
    ...onTraffic(),
  }),
  map({
    ...when(),
    type: literal('slow-close').describe('Holds back the end of connections.'),
    delay: duration('ms', '500ms'),
    ...onTraffic(),
  }),
  map({
    ...when(),
    type: literal('timeout').describe('Drops all data, and closes a connection after this long without any.'),
    timeout: durationOrZero('s', '2s').describe('0s: never closes.'),
    ...onTraffic(),
  }),
  map({
    ...when(),
    type: literal('reset').describe('Resets connections (TCP RST).'),
    after: durationOrZero('ms', '0ms').describe('Time before the reset. Default: 0ms.').optional(),
    ...onTraffic(),
  }),
  map({
    ...when(),
    type: literal('slicer').describe('Cuts data into small pieces.'),
    'average-size': size(GIB, '1GiB', '64B'),
    'size-variation': size(GIB, '1GiB', '16B').describe('Not above the average size. Default: 0B.').optional(),
    delay: durationOrZero('ms', '1ms').describe('Between pieces. Default: 0ms.').optional(),
    ...onTraffic(),
  }),
  map({
    ...when(),
    type: literal('limit-data').describe('Closes a connection after so many bytes.'),
    bytes: size(GIB, '1GiB', '4KiB'),
    ...onTraffic(),
  }),
  map({ ...when(), type: literal('down').describe('Nothing listens; live connections are closed.') }),
] as const;
