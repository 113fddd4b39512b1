/** Shortening a series before a fit that takes time with the square of its length. */

/** Means over at most `parts` consecutive equal parts; the values themselves when there are no more of them. */
export function partMeans(values: ArrayLike<number>, parts: number): Float64Array {
  const count = Math.min(parts, values.length);
  return Float64Array.from({ length: count }, (_, part) => {
    const from = Math.floor((part * values.length) / count);
    const to = Math.floor(((part + 1) * values.length) / count);
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i] ?? NaN;
    return sum / (to - from);
  });
}
