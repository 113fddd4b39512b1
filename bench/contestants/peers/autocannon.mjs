/** autocannon: Node.js, fixed bytes. */
import { script } from '../script.mjs';

export default {
  name: 'autocannon 9',
  install: 'npm ci',
  checksAnswers: false,
  pairs: 'all',
  installed: () => true,
  load: (options) => script('autocannon-child.mjs', options),
};
