import { afterEffect, afterEffectParameter, afterEffectWords, mockFault, mockSchema, noChecks } from './descriptor.js';

export const isError = mockFault('is-error', {
  schema: mockSchema('is-error', 'Served, then a result with isError.', afterEffect()),
  check: noChecks,
  parameters: afterEffectParameter,
  words: (fault) => `is-error${afterEffectWords(fault)}`,
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
});
