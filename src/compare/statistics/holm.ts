/** Several tests at once. */

/**
 * Adjusted p-values, in the order given: a hypothesis is rejected at `alpha` where its adjusted value is at most
 * `alpha`, and the chance to reject any true one is then at most `alpha`, whatever their dependence (Holm,
 * Scandinavian Journal of Statistics 6, 1979).
 */
export function holmAdjusted(pValues: readonly number[]): readonly number[] {
  const ascending = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  ascending.forEach(({ p, index }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}
