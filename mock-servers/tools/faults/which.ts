/** Decides which of the calls that a fault can affect it affects. */
import { seededRandom } from '../../../src/random/index.js';
import type { Which } from '../../../src/protocol/index.js';

/** To be called once for each call that it can affect, in order. */
export function chooser(which: Which | undefined): () => boolean {
  let number = -1;
  switch (which?.kind) {
    case undefined:
      return () => true;
    case 'every': {
      const { n } = which;
      return () => (number += 1) % n === n - 1;
    }
    case 'listed': {
      const numbers = new Set(which.numbers);
      return () => numbers.has((number += 1));
    }
    case 'probability': {
      const random = seededRandom(which.seed, 'mock-fault');
      return () => random.next() < which.probability;
    }
  }
}
