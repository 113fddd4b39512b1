/** Readings of a metric, each with what it belongs to. */
import type { Reading } from '../../catalog/index.js';

/** `where`: the phase, fault, process or stretch of the reading, and which of its calls. */
export type PlacedReading = Reading & { readonly where: string };

export function placed(where: string, readings: readonly Reading[]): readonly PlacedReading[] {
  return readings.map((reading) => ({
    ...reading,
    where: reading.part === undefined ? where : `${where}, ${reading.part}`,
  }));
}
