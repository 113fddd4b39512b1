/**
 * Every number of a run in the text format of OpenMetrics, for the metrics report of GitLab merge requests and for a
 * node-exporter text file. GitLab reads a line as the words of a shell, and cuts it at a `#`.
 */
import type { Summary } from '../analysis/index.js';
import { numbersOf, type Comparison } from '../compare/index.js';
import { metricOf, type GateMetric, type GateStat } from '../catalog/index.js';
import type { Unit } from '../format/index.js';
import type { ComparisonFormat, ExportFormat } from './format.js';

interface Sample {
  readonly metric: GateMetric;
  readonly stat: GateStat;
  readonly unit: Unit;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Base units as OpenMetrics names them, and how many of ours one is. */
const UNITS: Readonly<Record<Unit, readonly [suffix: string, size: number]>> = {
  ns: ['_seconds', 1e9],
  'per-second': ['_per_second', 1],
  ratio: ['_ratio', 1],
  multiple: ['_ratio', 1],
  count: ['', 1],
  'ns-per-second': ['_seconds_per_second', 1e9],
  'bytes-per-hour': ['_bytes_per_hour', 1],
  'per-hour': ['_per_hour', 1],
};

const DIGITS = 6;
const LONGEST = 120;

/** Nothing that ends a quoted word, a line or a comment: for a shell, for OpenMetrics and for GitLab. */
const labelValue = (text: string): string => text.slice(0, LONGEST).replace(/[^A-Za-z0-9_.:,/()+ -]/g, '_');

function nameOf({ metric, unit }: Pick<Sample, 'metric' | 'unit'>): string {
  const [suffix] = UNITS[unit];
  const name = `plimsoll_${metric.replaceAll('-', '_')}`;
  return name.endsWith(suffix) ? name : `${name}${suffix}`;
}

function textOf(samples: readonly Sample[]): string {
  const byName = new Map<string, { readonly metric: GateMetric; readonly lines: string[] }>();
  const seen = new Map<string, number>();
  for (const sample of samples) {
    const name = nameOf(sample);
    const written = Object.entries(sample.labels).map(([key, text]) => [key, labelValue(text)] as const);
    // Two names that become one stay two series.
    const key = `${name} ${JSON.stringify(written)}`;
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    const labels = [...written, ...(nth === 1 ? [] : [['nth', String(nth)] as const])];
    const value = Number((sample.value / UNITS[sample.unit][1]).toPrecision(DIGITS));
    const family = byName.get(name) ?? { metric: sample.metric, lines: [] };
    family.lines.push(`${name}{${labels.map(([label, text]) => `${label}="${text}"`).join(',')}} ${value}`);
    byName.set(name, family);
  }
  const families = [...byName].flatMap(([name, { metric, lines }]) => [
    `# TYPE ${name} gauge`,
    `# HELP ${name} ${metricOf(metric).definition.replace(/[\\\n"]/g, ' ')}`,
    ...lines,
  ]);
  return [...families, '# EOF', ''].join('\n');
}

const labelsOf = (stat: GateStat, tool: string | null, where: string): Readonly<Record<string, string>> => ({
  stat,
  ...(tool === null ? {} : { tool }),
  where,
});

const samplesOf = (summary: Summary): readonly Sample[] =>
  numbersOf(summary).flatMap(({ metric, stat, tool, where, reading }): Sample[] => {
    const unit = metricOf(metric).stats[stat]?.unit;
    if (unit === undefined || reading.kind !== 'value') return [];
    return [{ metric, stat, unit, labels: labelsOf(stat, tool, where), value: reading.value }];
  });

export const openMetrics: ExportFormat = {
  file: 'metrics.txt',
  contentOf: ({ analysis: { summary } }) => textOf(samplesOf(summary)),
};

/** The series of one name in the text of a run, those of all calls: its unit and the statistics that it has. */
export interface MetricFamily extends Pick<Sample, 'metric' | 'unit'> {
  readonly name: string;
  readonly stats: readonly GateStat[];
}

/** Every name that the text of a run has for all calls, in its order. */
export function familiesOf(summary: Summary): readonly MetricFamily[] {
  const found = new Map<string, MetricFamily>();
  for (const sample of samplesOf(summary)) {
    if (sample.labels['tool'] !== undefined) continue;
    const { metric, unit, stat } = sample;
    const name = nameOf(sample);
    const stats = new Set([...(found.get(name)?.stats ?? []), stat]);
    found.set(name, { metric, unit, name, stats: [...stats] });
  }
  return [...found.values()];
}

/** The middle of the trials of each arm. */
export const comparisonOpenMetrics: ComparisonFormat = {
  file: 'metrics.txt',
  contentOf: ({ effects, reference }: Comparison) => {
    const ofReference = new Set<string>();
    return textOf(
      effects.flatMap(({ arm, metric, stat, tool, where, unit, result }): Sample[] => {
        if (result.kind !== 'estimate') return [];
        const labels = labelsOf(stat, tool, where);
        const subject = JSON.stringify([metric, labels]);
        const isFirst = !ofReference.has(subject);
        ofReference.add(subject);
        return [
          ...(isFirst ? [{ metric, stat, unit, labels: { arm: reference, ...labels }, value: result.reference }] : []),
          { metric, stat, unit, labels: { arm, ...labels }, value: result.candidate },
        ];
      }),
    );
  },
};
