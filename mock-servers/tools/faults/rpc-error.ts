/** A JSON-RPC error after service. */
import { RPC } from '../../wire/protocol.js';
import type { BehaviourOf } from './behaviour.js';

export const rpcErrorFault: BehaviourOf<'rpc-error'> = ({ afterEffect = false, code = RPC.internalError }) => ({
  acts: 'answer',
  failsBeforeEffect: !afterEffect,
  turn: () => ({ kind: 'rpc-error', code }),
});
