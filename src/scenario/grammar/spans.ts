/** `spans:` of a stack: where the tracers of its servers send what they saw. */
import type { z } from 'zod';
import { map, text, whole } from '../../catalog/index.js';

export const SpansText = map({
  port: whole(1, 65_535)
    .describe('Port of this machine on which they are received. Default: a free one; ${spans.url} is its address.')
    .optional(),
  work: text('tools/call')
    .describe(
      'What the names of the spans begin with that are the work itself: what a call spends in the server before ' +
        'that is its queue. Default: all of the time in the server is service, and no queue is known.',
    )
    .optional(),
}).describe(
  'Receives OpenTelemetry spans (OTLP over HTTP, JSON or protobuf) while the run goes on, and takes the times of the ' +
    'servers from them. Each request then carries a trace context, as with "protocol: { trace: true }".',
);

export type SpansText = z.output<typeof SpansText>;
