/** `resources:` of a service that is already there: where its CPU time and memory are read. */
import type { z } from 'zod';
import { choiceByKey, map, text, whole } from '../../catalog/index.js';

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

export type ResourcesText = z.output<typeof ResourcesText>;
