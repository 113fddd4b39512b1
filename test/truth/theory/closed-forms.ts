/**
 * What queueing theory says, as small functions. Times are in any one unit; rates are per that unit.
 *
 * Notation: arrivals at rate `lambda`, services of mean `service`, `workers` servers, rho = lambda service / workers <
 * 1. Sources: Kleinrock, Queueing Systems I (1975); Tijms, A First Course in Stochastic Models (2003).
 */

/** The waiting time of a stationary queue, before service. */
export interface WaitLaw {
  readonly mean: number;
  /** P(W > t). */
  tail(t: number): number;
  /** The smallest t with P(W <= t) >= q. */
  quantile(q: number): number;
}

/** A wait that is zero with probability 1 - `delayed`, else exponential with rate `decay`. */
function zeroOrExponential(delayed: number, decay: number): WaitLaw {
  return {
    mean: delayed / decay,
    tail: (t) => delayed * Math.exp(-decay * t),
    quantile: (q) => Math.max(0, Math.log(delayed / (1 - q)) / decay),
  };
}

/** Probability that an arrival has to wait in M/M/c (Erlang's second formula), by the recursion over Erlang B. */
export function erlangC(workers: number, offered: number): number {
  let blocked = 1;
  for (let c = 1; c <= workers; c++) blocked = (offered * blocked) / (c + offered * blocked);
  const rho = offered / workers;
  return blocked / (1 - rho + rho * blocked);
}

/** M/M/c, and with one worker M/M/1: P(W > t) = C e^-(c mu - lambda)t. */
export function mmc(lambda: number, service: number, workers = 1): WaitLaw {
  return zeroOrExponential(erlangC(workers, lambda * service), workers / service - lambda);
}

/** Share of arrivals that find M/M/1/K full (K counts the one in service). */
export function mm1kBlocking(rho: number, capacity: number): number {
  return rho === 1 ? 1 / (capacity + 1) : ((1 - rho) * rho ** capacity) / (1 - rho ** (capacity + 1));
}

/**
 * Asymptotic variance of the mean of n consecutive M/M/1 waits: n Var(mean) -> this. Waits resemble their neighbours,
 * so it is far above the variance of one wait (Whitt, Planning queueing simulations, Management Science 35, 1989, after
 * Daley 1968).
 */
export function mm1MeanVariance(lambda: number, service: number): number {
  const rho = lambda * service;
  return (service ** 2 * rho * (2 + 5 * rho - 4 * rho ** 2 + rho ** 3)) / (1 - rho) ** 4;
}

/**
 * M/D/1, exact. The number in the system by a recursion of positive terms (Tijms, eq. 2.5.7), and from it the wait
 * (Franx, A simple solution for the M/D/c waiting time distribution, Operations Research Letters 29, 2001): for (k - 1)
 * D <= t < k D, P(W <= t) = e^-u sum_{j<k} Q_{k-1-j} u^j / j! with u = lambda (k D - t) and Q_i = P(at most i wait). No
 * term is negative, so nothing cancels, which the textbook's alternating sum does.
 */
export function md1(lambda: number, service: number): WaitLaw {
  const rho = lambda * service;
  const inSystem = [1 - rho];
  /** P(Poisson(rho) > n). */
  const above: number[] = [];
  let term = Math.exp(-rho);
  let upTo = term;
  const aboveOf = (n: number): number => {
    while (above.length <= n) {
      above.push(above.length === 0 ? -Math.expm1(-rho) : Math.max(0, 1 - upTo));
      term *= rho / above.length;
      upTo += term;
    }
    return above[n] ?? 0;
  };
  const waiting: number[] = [];
  const atMostWaiting = (i: number): number => {
    while (waiting.length <= i) {
      const n = waiting.length + 1;
      let sum = aboveOf(n - 1) * (inSystem[0] ?? 0);
      for (let k = 1; k < n; k++) sum += aboveOf(n - k) * (inSystem[k] ?? 0);
      inSystem.push(sum / (1 - aboveOf(0)));
      waiting.push((waiting.at(-1) ?? 1 - rho) + (inSystem[n] ?? 0));
    }
    return waiting[i] ?? 1;
  };
  const upToTime = (t: number): number => {
    const k = Math.floor(t / service) + 1;
    const u = lambda * (k * service - t);
    let weight = Math.exp(-u);
    let sum = 0;
    for (let j = 0; j < k; j++) {
      sum += atMostWaiting(k - 1 - j) * weight;
      weight *= u / (j + 1);
    }
    return Math.min(1, sum);
  };
  return {
    mean: (rho * service) / (2 * (1 - rho)),
    tail: (t) => 1 - upToTime(t),
    quantile: (q) => {
      if (upToTime(0) >= q) return 0;
      let low = 0;
      let high = service;
      while (upToTime(high) < q) high *= 2;
      for (let i = 0; i < 60; i++) {
        const middle = (low + high) / 2;
        if (upToTime(middle) >= q) high = middle;
        else low = middle;
      }
      return high;
    },
  };
}

/** The exponential tail of M/D/1, P(W > x) ~ C e^(-theta x), with theta from lambda (e^(theta D) - 1) = theta. */
export function md1Tail(
  lambda: number,
  service: number,
): { readonly theta: number; readonly factor: number; quantile(q: number): number } {
  const rho = lambda * service;
  const excess = (theta: number): number => lambda * Math.expm1(theta * service) - theta;
  let high = 1 / service;
  while (excess(high) < 0) high *= 2;
  // Zero is a root too, and excess is negative between it and the one that is wanted.
  let low = high / 2;
  while (excess(low) > 0) low /= 2;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) high = middle;
    else low = middle;
  }
  const theta = (low + high) / 2;
  const factor = (1 - rho) / (rho * Math.exp(theta * service) - 1);
  return { theta, factor, quantile: (q) => Math.max(0, Math.log(factor / (1 - q)) / theta) };
}

/** Wait of the n-th arrival (from 0) of D/D/1 that begins empty and is overloaded: n (D - 1/lambda). */
export function dd1Wait(n: number, lambda: number, service: number): number {
  return Math.max(0, n * (service - 1 / lambda));
}

/**
 * An overload of length `forTime` at `rhoOver`, then `rho`, as a fluid: the longest wait, and how long the backlog
 * takes to go.
 */
export function fluidOverload(
  forTime: number,
  rhoOver: number,
  rho: number,
): { readonly peakWait: number; readonly drain: number } {
  return { peakWait: forTime * (rhoOver - 1), drain: (forTime * (rhoOver - 1)) / (1 - rho) };
}
