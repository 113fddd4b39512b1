/** The rank, from 1, of a quantile among n sorted values: the smallest value with at least q n at or below it. */
export const nearestRank = (q: number, n: number): number => Math.max(1, Math.ceil(q * n - 1e-9));
