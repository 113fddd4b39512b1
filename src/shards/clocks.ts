/**
 * The clock of a shard against that of shard 0, from exchanges of four stamps as in NTP (RFC 5905, section 8). Pure.
 *
 * An exchange bounds the offset: the two ways took together what passed between asking and having the answer, less what
 * the other side kept it; however unevenly, the offset is off by half of that at most. The exchange with the shortest
 * round trip has the narrowest bound.
 */

/** One exchange: asked and had by the own clock, received and answered by that of shard 0. Absolute, in ns. */
export interface Exchange {
  readonly askedNs: bigint;
  readonly receivedNs: bigint;
  readonly answeredNs: bigint;
  readonly hadNs: bigint;
}

/** What some exchanges say of the offset: clock of shard 0 less own clock. */
/**
 * An exchange from the text with which shard 0 answers: two whole numbers.
 * @throws Error for any other text: what answers is not shard 0.
 */
export function exchangeFrom(askedNs: bigint, answer: string, hadNs: bigint): Exchange {
  const [, received, answered] = /^(\d{1,20}) (\d{1,20})$/.exec(answer) ?? [];
  if (received === undefined || answered === undefined) throw new Error('what answers for the clock is not shard 0');
  return { askedNs, receivedNs: BigInt(received), answeredNs: BigInt(answered), hadNs };
}

export interface Reading {
  /** By the own clock: when the best exchange was half over. */
  readonly atNs: bigint;
  readonly offsetNs: bigint;
  readonly uncertaintyNs: number;
  readonly roundTripNs: number;
}

/**
 * The reading of the exchange with the shortest round trip. Null where none bounds the offset: a round trip below zero
 * shows a clock that stood still or stepped meanwhile.
 */
export function readingOf(exchanges: readonly Exchange[]): Reading | null {
  const tripNs = ({ askedNs, receivedNs, answeredNs, hadNs }: Exchange): bigint =>
    hadNs - askedNs - (answeredNs - receivedNs);
  const [first, ...rest] = exchanges.filter(
    (each) => tripNs(each) >= 0n && each.hadNs >= each.askedNs && each.answeredNs >= each.receivedNs,
  );
  if (first === undefined) return null;
  const best = rest.reduce((least, each) => (tripNs(each) < tripNs(least) ? each : least), first);
  const { askedNs, receivedNs, answeredNs, hadNs } = best;
  const roundTripNs = Number(tripNs(best));
  return {
    atNs: (askedNs + hadNs) / 2n,
    offsetNs: (receivedNs - askedNs + (answeredNs - hadNs)) / 2n,
    uncertaintyNs: Math.ceil(roundTripNs / 2) + 1,
    roundTripNs,
  };
}

/** A reading in the time of a run. */
export interface RunReading {
  readonly atNs: number;
  readonly offsetNs: number;
  readonly uncertaintyNs: number;
}

/** A clock that goes on evenly: its offset at time 0, and how much of it is gained a second. */
export interface Drift {
  readonly offsetNs: number;
  /** Nanoseconds a microsecond are parts per thousand: a drift of 50 ppm is 50 microseconds a second. */
  readonly driftPpm: number;
  /** Largest distance of a reading from the line, less what the reading itself leaves open; 0 where all fit. */
  readonly misfitNs: number;
}

/**
 * The line through some readings, each weighed by its uncertainty (weighted least squares). Readings of one moment say
 * nothing of a drift: it is 0 then.
 */
export function driftOf(readings: readonly RunReading[]): Drift {
  const weightOf = ({ uncertaintyNs }: RunReading): number => 1 / Math.max(1, uncertaintyNs) ** 2;
  const sum = (of: (reading: RunReading) => number): number =>
    readings.reduce((total, reading) => total + of(reading) * weightOf(reading), 0);
  const weight = readings.reduce((total, reading) => total + weightOf(reading), 0);
  if (weight === 0) return { offsetNs: 0, driftPpm: 0, misfitNs: 0 };
  const meanAtNs = sum(({ atNs }) => atNs) / weight;
  const meanOffsetNs = sum(({ offsetNs }) => offsetNs) / weight;
  const spread = sum(({ atNs }) => (atNs - meanAtNs) ** 2);
  const slope = spread === 0 ? 0 : sum(({ atNs, offsetNs }) => (atNs - meanAtNs) * (offsetNs - meanOffsetNs)) / spread;
  const line = { offsetNs: meanOffsetNs - slope * meanAtNs, driftPpm: slope * 1e6 };
  const misfitNs = Math.max(
    0,
    ...readings.map((each) => Math.abs(each.offsetNs - offsetAt(line, each.atNs)) - each.uncertaintyNs),
  );
  return { ...line, misfitNs };
}

/** The offset of a clock that goes on evenly. */
export const offsetAt = ({ offsetNs, driftPpm }: Pick<Drift, 'offsetNs' | 'driftPpm'>, atNs: number): number =>
  offsetNs + (driftPpm / 1e6) * atNs;
