/** Metrics of a server itself, from its page in the text format of Prometheus. */
import type { ServerMetricRow } from '../record/index.js';
import type { ServerMetrics } from '../scenario/index.js';
import { fillLateText, type LateValues } from './late-text.js';
import { metricsIn } from './prometheus.js';
import { textOf } from './watched.js';

/** A page to poll. */
export interface MetricPage {
  readonly service: string;
  readonly url: string;
  readonly names: readonly string[];
}

export const metricPage = (service: string, { url, names }: ServerMetrics, values: LateValues): MetricPage => ({
  ...{ service, names },
  url: fillLateText(url, values),
});

/** The metrics that a page has now. Never rejects: a page that can't be read gives none. */
export async function readMetrics(
  { service, url, names }: MetricPage,
  atNs: number,
): Promise<readonly ServerMetricRow[]> {
  const page = await textOf(url);
  return page === null ? [] : metricsIn(page, names).map((each) => ({ atNs, service, ...each }));
}
