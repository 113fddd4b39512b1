import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest, suggestion } from '../../src/problem/suggest.js';

describe('did you mean', () => {
  it.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['arivals', 'arrivals', 1],
    ['wieght', 'weight', 1],
    ['ca', 'abc', 3],
  ])('counts the edits from %j to %j', (a, b, edits) => expect(editDistance(a, b)).toBe(edits));

  it('is a symmetric distance that only equal words have as 0', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it('proposes what is near and nothing that is far', () => {
    expect(nearest('concurency', ['concurrency', 'rate'])).toBe('concurrency');
    expect(nearest('serch', ['search', 'book'])).toBe('search');
    expect(nearest('GET-SUM', ['get-sum', 'echo'])).toBe('get-sum');
    expect(nearest('RATE', ['concurrency', 'rate'])).toBe('rate');
    expect(nearest('url', ['tool', 'label', 'weight'])).toBeNull();
    expect(nearest('x'.repeat(10_000), ['rate'])).toBeNull();
  });

  it('proposes the name of today for a word that was renamed, where that name is known', () => {
    expect(suggestion('service-view', ['response-time', 'latency-from-send'], 'metric values')).toMatch(
      /^did you mean "latency-from-send"\?/,
    );
    expect(suggestion('tell-timeout', ['sessions', 'propagate-deadline'], 'keys here')).toMatch(
      /^did you mean "propagate-deadline"\?/,
    );
    expect(suggestion('tell-timeout', ['sessions'], 'keys here')).toBe('keys here: sessions');
  });

  it('lists what there is, and says when there is nothing', () => {
    expect(suggestion('upstram', ['upstream', 'other'], 'links')).toBe(
      'did you mean "upstream"? (links: upstream, other)',
    );
    expect(suggestion('zzz', ['upstream'], 'links')).toBe('links: upstream');
    expect(suggestion('zzz', [], 'links')).toBe('there are no links');
  });
});
