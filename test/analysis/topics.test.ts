import { describe, expect, it } from 'vitest';
import { topicsOver, type Topic } from '../../src/analysis/topic.js';
import { TOPICS } from '../../src/analysis/topics.js';

const doubled: Topic<{ readonly n: number }, { readonly doubled: number }, { readonly twice: number }> = {
  name: 'doubled',
  compute: ({ n }) => ({ summary: { doubled: 2 * n }, results: { twice: 2 * n } }),
};
const squared: Topic<{ readonly twice: number }, { readonly squared: number }, object> = {
  name: 'squared',
  compute: ({ twice }) => ({ summary: { squared: twice * twice }, results: {} }),
};

describe('topics', () => {
  it('hand the results of each to the later ones, and put their parts into one summary', () => {
    const { summary, results } = topicsOver<{ readonly n: number }>().with(doubled).with(squared).compute({ n: 3 });
    expect(summary).toEqual({ doubled: 6, squared: 36 });
    expect(results).toEqual({ n: 3, twice: 6 });
  });

  it('are refused by the compiler where a topic comes before the one that it needs', () => {
    // @ts-expect-error `twice` is computed by the topic after it.
    topicsOver<{ readonly n: number }>().with(squared).with(doubled);
  });

  it('of the analysis have different names', () => {
    expect(new Set(TOPICS.names).size).toBe(TOPICS.names.length);
  });
});
