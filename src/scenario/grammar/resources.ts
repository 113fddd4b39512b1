/** Where CPU time, memory and metrics of a service are read. */
import type { z } from 'zod';
import { choiceByKey, list, map, text, whole, word } from '../../catalog/index.js';

export const ResourcesText = choiceByKey(
  'what is watched',
  ['pid', 'prometheus'],
  [
    map({ pid: whole(1, 2_147_483_647).describe('Process id, on this machine.') }),
    map({
      prometheus: text('http://127.0.0.1:9464/metrics').describe(
        'Address of a page of metrics in the text format of Prometheus. Read from it: process_cpu_seconds_total, ' +
          'process_resident_memory_bytes, process_open_fds and process_threads.',
      ),
    }),
  ],
);

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*(?:\{[a-zA-Z_]\w*="(?:[^"\\]|\\.)*"(?:,[a-zA-Z_]\w*="(?:[^"\\]|\\.)*")*\})?$/;

export const MetricsText = map({
  prometheus: text('http://127.0.0.1:9464/metrics').describe(
    'Address of a page of metrics in the text format of Prometheus.',
  ),
  names: list(
    word(METRIC, 'the name of a metric, with labels if need be', 'queue_length'),
    'names of metrics',
    1,
  ).describe(
    'Metrics to draw: a name, or a name with labels, `jobs{state="waiting"}`. All series that it fits are added up. ' +
      'Of a counter the rate is drawn.',
  ),
}).describe('Metrics of the server itself, read once a second, for the report. Default: none.');

export type MetricsText = z.output<typeof MetricsText>;
export type ResourcesText = z.output<typeof ResourcesText>;
