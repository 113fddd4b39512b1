/** A closed loop on the official TypeScript SDK. */
import { script } from '../script.mjs';

export default {
  name: 'the official TypeScript SDK client',
  install: 'npm ci',
  checksAnswers: true,
  pairs: 'few',
  installed: () => true,
  load: (options) => script('sdk-child.mjs', options),
};
