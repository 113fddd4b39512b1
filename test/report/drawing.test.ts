/** Scales and paths of pictures: known places. */
import { describe, expect, it } from 'vitest';
import {
  asinhScale,
  bandPath,
  linearScale,
  linearTicks,
  linePath,
  logScale,
  logTicks,
  spread,
  stepPath,
} from '../../src/report/drawing/index.js';

describe('scales', () => {
  it('lay values between the ends of the paper', () => {
    expect([0, 5, 10].map(linearScale([0, 10], [100, 0]))).toEqual([100, 50, 0]);
    expect([1, 10, 100].map(logScale([1, 100], [0, 200])).map(Math.round)).toEqual([0, 100, 200]);
    expect([0, -3].map(logScale([1, 100], [0, 200]))).toEqual([NaN, NaN]);
  });

  it('keep what lies beyond a symmetric scale at its end', () => {
    const scale = asinhScale(55, 4, [0, 100]);
    expect([-1000, -55, 0, 55, 1000].map(scale)).toEqual([0, 0, 50, 100, 100]);
    expect(scale(5) - scale(0)).toBeGreaterThan(scale(40) - scale(35));
  });

  it('put a span without length in the middle', () => {
    expect(linearScale([3, 3], [0, 10])(3)).toBe(5);
  });

  it.each([
    [[0, 10], 5, [0, 2, 4, 6, 8, 10]],
    [[0.02, 0.11], 4, [0.05, 0.1]],
    [[-12, 12], 4, [-10, 0, 10]],
    [[4, 4], 4, [4]],
  ] as const)('have round ticks in %j', (span, wanted, ticks) => {
    expect(linearTicks(span, wanted)).toEqual(ticks);
  });

  it.each([
    [[4, 60], 7, [5, 10, 20, 50]],
    [[1, 1000], 7, [1, 3, 10, 30, 100, 300, 1000]],
    [[1, 1e8], 5, [1, 100, 1e4, 1e6, 1e8]],
  ] as const)('have ticks at 1, 2 and 5 times powers of ten in %j, at most %d', (span, most, ticks) => {
    expect(logTicks(span, most)).toEqual(ticks);
  });
});

describe('paths', () => {
  it('break at gaps', () => {
    expect(linePath([[0, 1], [2, 3.04], null, [5, 6], [7, 8]])).toBe('M0 1L2 3M5 6L7 8');
    expect(
      stepPath(
        [
          [0, 1],
          [10, 2],
        ],
        10,
      ),
    ).toBe('M0 1H10L10 2H20');
  });

  it('close an area between two lines, stretch by stretch', () => {
    expect(
      bandPath(
        [[0, 0], [1, 0], null, [3, 0]],
        [
          [0, 5],
          [1, 5],
          [2, 5],
          [3, 5],
        ],
      ),
    ).toBe('M0 0L1 0L1 5L0 5Z');
  });
});

describe('labels', () => {
  it('move apart, in their order, and stay within the span', () => {
    expect(spread([10, 11, 50], 13, [0, 100])).toEqual([10, 23, 50]);
    expect(spread([99, 98, 97], 13, [0, 100])).toEqual([100, 87, 74]);
    expect(spread([], 13, [0, 100])).toEqual([]);
  });
});
