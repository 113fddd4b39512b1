/** Readings of a metric, each with what it belongs to. */
import type { Reading } from '../../catalog/index.js';

/**
 * `where`: the phase, fault, process or stretch of the reading, and which of its calls. `placeId`: the same without
 * what varies from run to run, to find the reading again in another run.
 */
export type PlacedReading = Reading & { readonly where: string; readonly placeId: string };

/** What some readings were measured by, as it stands behind a text; empty where their metric knows one way alone. */
export function sourceMark(readings: readonly Pick<Reading, 'source'>[]): string {
  const sources = [...new Set(readings.flatMap(({ source }) => (source === undefined ? [] : [source])))];
  return sources.length === 0 ? '' : ` (source: ${sources.join(', ')})`;
}

export function placed(where: string, readings: readonly Reading[]): readonly PlacedReading[] {
  return readings.map((reading) => {
    const part = reading.part === undefined ? '' : `, ${reading.part}`;
    const id = reading.partId ?? reading.part;
    const placeId = `${where}${id === undefined ? '' : `, ${id}`}${sourceMark([reading])}`;
    return { ...reading, where: `${where}${part}${sourceMark([reading])}`, placeId };
  });
}
