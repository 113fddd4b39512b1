import { ofCalls } from './metric.js';
import { ofOffered } from './reading.js';

export const retryAmplification = ofCalls({
  definition:
    'Attempts per logical call: 1x without retries; (1 - p^(r+1)) / (1 - p) for failure probability p ' +
    'and at most r retries.',
  source: 'Google SRE book: handling overload',
  better: 'lower',
  usual: 'ratio',
  comparison: { group: 'resources', shows: ['ratio'] },
  stats: { ratio: { unit: 'multiple', change: 'ratio', read: (calls) => [ofOffered(calls.retryAmplification)] } },
});
