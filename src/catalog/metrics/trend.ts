/** How the trend of something that a process holds is read. */
import type { Unit } from '../../format/index.js';
import { notEstimable, type ProcessReadings, type Reading, type Stat } from './reading.js';

export function trendOf<U extends Unit>(quantity: string, unit: U): Stat<ProcessReadings> & { readonly unit: U } {
  return {
    unit,
    read: ({ isNamed, trends }) =>
      trends
        .filter((trend) => trend.quantity === quantity && (isNamed || trend.verdict !== 'unknown'))
        .map(({ slopePerHour, reason }): Reading =>
          slopePerHour === null ? notEstimable(reason ?? 'no trend') : { kind: 'trend', ...slopePerHour },
        ),
  };
}
