/** An event stream that ends before its answer. */
import { beginSse } from '../../wire/reply.js';
import { oneOf, type FaultType } from './behaviour.js';

/** Something that is no event, so that the client has seen the stream live. */
const COMMENT = ': the answer follows\n\n';

export const sseCut: FaultType<'sse-cut'> = {
  parameters: { end: oneOf(['abort', 'clean'], true) },
  make: ({ end = 'abort' }) => ({
    acts: 'form',
    send: (response) => {
      if (!response.headersSent) beginSse(response);
      if (end === 'clean') response.end(COMMENT);
      else response.write(COMMENT, () => response.destroy());
    },
  }),
};
