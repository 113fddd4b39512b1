import type { Scope } from '../../scopes/index.js';
import { readMetrics, type RunningStack } from '../../stack/index.js';
import type { RunContext } from '../context.js';

interface MetricWatch {
  readonly stop: () => Promise<void>;
  /** Names of metrics that were on no page, by service. */
  readonly missing: () => readonly { readonly service: string; readonly metric: string }[];
}

/** Polls the pages of metrics that the scenario names once a second. */
export const serverMetrics: Scope<{ readonly run: RunContext; readonly stack: RunningStack }, MetricWatch | null> = {
  name: 'reading the metrics of the servers',
  start: ({ run: { nowNs, record }, stack: { metricPages } }) => {
    if (metricPages.length === 0) return null;
    const seen = new Set<string>();
    let polling: Promise<void> = Promise.resolve();
    const poll = (): Promise<void> => {
      const atNs = nowNs();
      polling = Promise.all(metricPages.map((page) => readMetrics(page, atNs))).then((rows) => {
        for (const { service, metric } of rows.flat()) seen.add(`${service} ${metric}`);
        record.rows('serverMetrics', rows.flat());
      });
      return polling;
    };
    void poll();
    const timer = setInterval(() => void poll(), 1_000);
    let ended: Promise<void> | null = null;
    const end = async (): Promise<void> => {
      clearInterval(timer);
      await polling;
      // The last second belongs to the run as well.
      await poll();
    };
    return {
      stop: () => (ended ??= end()),
      missing: () =>
        metricPages.flatMap(({ service, names }) =>
          names.filter((metric) => !seen.has(`${service} ${metric}`)).map((metric) => ({ service, metric })),
        ),
    };
  },
  collect: async (watch, { run }) => {
    if (watch === null) return;
    await watch.stop();
    for (const { service, metric } of watch.missing())
      run.warn(
        'no-such-metric',
        `the page of metrics of service "${service}" never had ${metric}`,
        'correct its name in "metrics", or the address of the page: a metric without a value yet is not on it',
      );
  },
  stop: { withinMs: 2_000, act: async (watch) => watch?.stop() },
};
