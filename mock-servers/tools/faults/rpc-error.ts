/** A JSON-RPC error after service. */
import { RPC } from '../../wire/protocol.js';
import { AFTER_EFFECT, wholeFrom, type FaultType } from './behaviour.js';

export const rpcErrorFault: FaultType<'rpc-error'> = {
  parameters: {
    afterEffect: AFTER_EFFECT,
    code: wholeFrom(-2_147_483_648, 2_147_483_647, 'a whole number of 32 bits', true),
  },
  make: ({ afterEffect = false, code = RPC.internalError }) => ({
    acts: 'answer',
    failsBeforeEffect: !afterEffect,
    turn: () => ({ kind: 'rpc-error', code }),
  }),
};
