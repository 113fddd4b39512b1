import { expect, it } from 'vitest';
import { warmUpJit } from '../../src/load/jit-warmup.js';

it('the JIT warm-up comes to its end, and leaves no socket, timer or file open', () => {
  const before = process.getActiveResourcesInfo().sort();
  warmUpJit();
  expect(process.getActiveResourcesInfo().sort()).toEqual(before);
});
