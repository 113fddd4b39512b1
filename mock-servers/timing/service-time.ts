/**
 * Service times, drawn by inverting the distribution function: one uniform number a call, in order of arrival, whatever
 * its tool. So call n of two runs with one seed is equally hard even where the runs shed different calls or differ in
 * the distribution (common random numbers: the comparison of two runs is not blurred by luck).
 */
import type { ServiceTime } from '../../src/protocol/index.js';
import { seededRandom } from '../../src/random/index.js';

/** What service times are drawn for: tools may have their own. */
export interface ServiceTimeSource {
  readonly seed: number;
  readonly serviceTime: ServiceTime;
  readonly tools: readonly { readonly name: string; readonly serviceTime?: ServiceTime }[];
}

/** The service time in whole nanoseconds below which a share `u` (0 < u < 1) of all calls stays. */
export type ServiceTimeQuantile = (u: number) => number;

/** Half a step of the 32-bit uniform: moves [0, 1) to the open interval, where every quantile is finite. */
const HALF_STEP = 2 ** -33;

/** The quantile function of a distribution. */
export function serviceTimeQuantile(time: ServiceTime): ServiceTimeQuantile {
  switch (time.kind) {
    case 'constant': {
      const ns = Math.round(time.ns);
      return () => ns;
    }
    case 'exponential':
      return (u) => Math.round(-time.meanNs * Math.log1p(-u));
    case 'lognormal': {
      const sigma = Math.log(time.p99Ns / time.medianNs) / normalQuantile(0.99);
      return (u) => Math.round(time.medianNs * Math.exp(sigma * normalQuantile(u)));
    }
    case 'two-point': {
      const common = Math.round(time.commonNs);
      const rare = Math.round(time.rareNs);
      return (u) => (u < 1 - time.rareShare ? common : rare);
    }
  }
}

/**
 * The service times of a mock with these options, one per call of the function, in nanoseconds. Name the called tool
 * when tools have service times of their own. `stream` separates servers that share a seed.
 */
export function serviceTimes(options: ServiceTimeSource, stream = 'tools-mock'): (tool?: string) => number {
  const random = seededRandom(options.seed, stream).fork('service-time');
  const common = serviceTimeQuantile(options.serviceTime);
  const own = new Map<string, ServiceTimeQuantile>();
  for (const tool of options.tools) {
    if (tool.serviceTime !== undefined) own.set(tool.name, serviceTimeQuantile(tool.serviceTime));
  }
  return (tool) => {
    const quantile = tool === undefined || own.size === 0 ? common : (own.get(tool) ?? common);
    return quantile(random.next() + HALF_STEP);
  };
}

// Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988), PPND16;
// coefficients rounded to doubles, highest power first.
const CENTRE = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
] as const;
const SHOULDER = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
] as const;
const TAIL = [
  [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
] as const;

type RationalFunction = readonly [numerator: readonly number[], denominator: readonly number[]];

function rational([numerator, denominator]: RationalFunction, x: number): number {
  let above = 0;
  let below = 0;
  for (const coefficient of numerator) above = above * x + coefficient;
  for (const coefficient of denominator) below = below * x + coefficient;
  return above / below;
}

/** The standard normal quantile of p in (0, 1), right to about 16 digits. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * rational(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? rational(SHOULDER, r - 1.6) : rational(TAIL, r - 5);
  return q < 0 ? -z : z;
}
