/** The part of jstat that is used here; it comes without types. */
declare module 'jstat' {
  interface Distribution {
    cdf(x: number, df: number): number;
    inv(p: number, df: number): number;
  }
  const jStat: {
    readonly studentt: Distribution;
    readonly chisquare: Distribution;
    /** p-value of "the mean of the values is `value`". */
    ttest(value: number, values: readonly number[], sides: 1 | 2): number;
    /** Confidence interval of a mean with `1 - alpha` around `value`. */
    tci(value: number, alpha: number, values: readonly number[]): readonly [number, number];
  };
  export default jStat;
}
