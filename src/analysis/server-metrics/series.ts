/** The series of each metric of a server, on the clock of the run. */
import type { ServerMetricRow } from '../../record/index.js';

export interface MetricSeries {
  readonly service: string;
  readonly metric: string;
  readonly kind: ServerMetricRow['kind'];
  /** Of a gauge its values. Of a counter its rate per second since the poll before, which is missing at a restart. */
  readonly points: readonly { readonly atNs: number; readonly value: number }[];
}

/** In the order in which they were first seen. */
export function seriesOf(rows: readonly ServerMetricRow[]): readonly MetricSeries[] {
  const polls = new Map<string, ServerMetricRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.service, row.metric]);
    const known = polls.get(key);
    if (known === undefined) polls.set(key, [row]);
    else known.push(row);
  }
  return [...polls.values()].flatMap((of): readonly MetricSeries[] => {
    const [first] = of;
    if (first === undefined) return [];
    const { service, metric, kind } = first;
    const points =
      kind === 'gauge'
        ? of.map(({ atNs, value }) => ({ atNs, value }))
        : of.flatMap(({ atNs, value }, index) => {
            const before = of[index - 1];
            const grown = value - (before?.value ?? NaN);
            return grown >= 0 && before !== undefined && atNs > before.atNs
              ? [{ atNs, value: (grown * 1e9) / (atNs - before.atNs) }]
              : [];
          });
    return [{ service, metric, kind, points }];
  });
}
