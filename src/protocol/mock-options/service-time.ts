/** How long one call is served, in nanoseconds. Drawn from the mock's seed, one draw per call in order of arrival. */
export type ServiceTime =
  | { readonly kind: 'constant'; readonly ns: number }
  | { readonly kind: 'exponential'; readonly meanNs: number }
  /** Log-normal given by two of its quantiles. */
  | { readonly kind: 'lognormal'; readonly medianNs: number; readonly p99Ns: number }
  /** `commonNs`, or with probability `rareShare` (0 to 1) `rareNs`. */
  | { readonly kind: 'two-point'; readonly commonNs: number; readonly rareNs: number; readonly rareShare: number };
