/** An event stream that holds no usable answer (HTML, 9.2.6 Interpreting an event stream). */
import { beginSse } from '../../wire/reply.js';
import type { BehaviourOf } from './behaviour.js';

export const malformedSse: BehaviourOf<'malformed-sse'> = ({ form: way = 'broken-line' }) => ({
  acts: 'form',
  send: (response, _form, json) => {
    if (!response.headersSent) beginSse(response);
    if (way === 'no-blank-line') {
      // An event that no blank line ends is never dispatched.
      response.end(`event: message\ndata: ${json}`);
      return;
    }
    const half = json.length >> 1;
    response.end(`event: message\ndata: ${json.slice(0, half)}\n${json.slice(half)}\n\n`);
  },
});
