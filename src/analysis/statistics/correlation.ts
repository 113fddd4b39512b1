/** How much a point resembles its neighbour, and what that costs: of n points that depend on each other fewer count. */

/** Ranks from 1; equal values share the mean of theirs. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => (values[a] ?? NaN) - (values[b] ?? NaN));
  const ranked = new Float64Array(n);
  for (let from = 0; from < n;) {
    let to = from + 1;
    while (to < n && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (let k = from; k < to; k++) ranked[order[k] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return ranked;
}

const MOST = 0.99;

/**
 * Lag-1 autocorrelation of the ranks of residuals, made larger by what a short series that has been fitted
 * underestimates: (n r + 2) / (n - 4) (van Giersbergen, Statistical Papers 46, 2005; used so by Hamed, Journal of
 * Hydrology 368, 2009). Between 0 and 0.99: neighbours that avoid each other are not taken to be worth more than
 * independent ones.
 */
export function residualCorrelation(residuals: ArrayLike<number>): number {
  const n = residuals.length;
  if (n < 5) return MOST;
  const ranked = ranks(residuals);
  const mean = (n + 1) / 2;
  let variance = 0;
  let product = 0;
  for (let i = 0; i < n; i++) {
    const each = (ranked[i] ?? NaN) - mean;
    variance += each * each;
    if (i > 0) product += each * ((ranked[i - 1] ?? NaN) - mean);
  }
  if (variance === 0) return 0;
  return Math.min(MOST, Math.max(0, ((n * product) / variance + 2) / (n - 4)));
}
