/** JSON that breaks off, in a response that is whole. */
import { sendRpc } from '../../wire/reply.js';
import type { BehaviourOf } from './behaviour.js';

export const truncatedJson: BehaviourOf<'truncated-json'> = () => ({
  acts: 'form',
  send: (response, form, json) => sendRpc(response, form, json.slice(0, json.length >> 1)),
});
