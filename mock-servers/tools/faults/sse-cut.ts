/** An event stream that ends before its answer. */
import { beginSse } from '../../wire/reply.js';
import type { BehaviourOf } from './behaviour.js';

/** Something that is no event, so that the client has seen the stream live. */
const COMMENT = ': the answer follows\n\n';

export const sseCut: BehaviourOf<'sse-cut'> = ({ end = 'abort' }) => ({
  acts: 'form',
  send: (response) => {
    if (!response.headersSent) beginSse(response);
    if (end === 'clean') response.end(COMMENT);
    else response.write(COMMENT, () => response.destroy());
  },
});
