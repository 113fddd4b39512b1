import type { PhaseFrame } from '../calls/index.js';
import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';
import { seriesOf, type MetricSeries } from './series.js';

/** One metric of a server: of a counter, its rate per second. */
export interface ServerMetric {
  readonly service: string;
  readonly metric: string;
  readonly kind: 'counter' | 'gauge';
  /** Of the polls after the warm-up of each phase; null where there were none. */
  readonly phases: readonly {
    readonly phase: string;
    readonly polls: number;
    readonly mean: number | null;
    readonly min: number | null;
    readonly max: number | null;
  }[];
}

export interface ServerMetricPart {
  /** Those that the scenario names and that were there. */
  readonly serverMetrics: readonly ServerMetric[];
}

export interface ServerMetricResults {
  readonly metricSeries: readonly MetricSeries[];
}

export const serverMetricsTopic: Topic<
  RunInput & { readonly frames: readonly PhaseFrame[] },
  ServerMetricPart,
  ServerMetricResults
> = {
  name: 'server metrics',
  compute: ({ record, frames }) => {
    const metricSeries = seriesOf(record.serverMetrics ?? []);
    const serverMetrics = metricSeries.map(({ service, metric, kind, points }) => ({
      ...{ service, metric, kind },
      phases: frames.map(({ planned, measuredFromNs, scheduledEndNs }) => {
        const values = points
          .filter(({ atNs }) => atNs >= measuredFromNs && atNs <= scheduledEndNs)
          .map(({ value }) => value);
        const polls = values.length;
        const of = (value: number): number | null => (polls === 0 ? null : value);
        return {
          ...{ phase: planned.name, polls },
          mean: of(values.reduce((sum, value) => sum + value, 0) / polls),
          min: of(Math.min(...values)),
          max: of(Math.max(...values)),
        };
      }),
    }));
    return { summary: { serverMetrics }, results: { metricSeries } };
  },
};
