import { afterEffect, afterEffectParameter, afterEffectWords, mockFault, mockSchema, noChecks } from './descriptor.js';

export const error = mockFault('error', {
  schema: mockSchema('error', 'Served, then HTTP 500.', afterEffect()),
  check: noChecks,
  parameters: afterEffectParameter,
  words: (fault) => `error${afterEffectWords(fault)}`,
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
