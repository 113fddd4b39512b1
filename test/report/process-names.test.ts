/** Names of services that are those of members of every object. */
import { expect, it } from 'vitest';
import { processWords } from '../../src/report/first-screen/process-panes.js';

it.each(['constructor', 'toString', 'hasOwnProperty'])('a service may be called %s', (name) => {
  expect(processWords(name)).toBe(name);
});
