import { z } from 'zod';
import { refusal } from '../../grammar/index.js';
import { afterEffect, afterEffectParameter, afterEffectWords, mockFault, mockSchema, noChecks } from './descriptor.js';

const code = z
  .int(refusal('wrong-type', 'an error code is a whole number', 'write a whole number like -32603'))
  .min(-2_147_483_648)
  .max(2_147_483_647);

export const rpcError = mockFault('rpc-error', {
  schema: mockSchema('rpc-error', 'Served, then a JSON-RPC error.', {
    code: code.describe('Code of the JSON-RPC error. Default: -32603.').optional(),
    ...afterEffect(),
  }),
  check: noChecks,
  parameters: (fault) => ({
    ...afterEffectParameter(fault),
    ...(fault.code === undefined ? {} : { code: fault.code }),
  }),
  words: (fault) => `rpc-error${fault.code === undefined ? '' : ` ${fault.code}`}${afterEffectWords(fault)}`,
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
