/** The dashboard of Grafana: it fits Grafana's schema, and asks only for what the text of OpenMetrics has. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { metricOf } from '../../src/catalog/index.js';
import { numbersOf } from '../../src/compare/index.js';
import { ASKED_FORMATS } from '../../src/export/index.js';
import { fixtureInput, PLAIN_NAMES } from '../report/fixture.js';

/**
 * What of Grafana's schema a dashboard of ours may use: `kinds/dashboard/dashboard_kind.cue` at version 36, restated.
 * Where that has a default a field may be left out; a field that it does not have is refused, as CUE refuses it.
 */
const uint = z.number().int().nonnegative();
const dataSource = z.strictObject({ type: z.string().optional(), uid: z.string().optional() });
const gridPos = z.strictObject({ h: uint.positive(), w: uint.positive().max(24), x: uint.max(23), y: uint });
const panel = z.strictObject({
  type: z.string().min(1),
  id: uint.optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  datasource: dataSource.optional(),
  gridPos: gridPos.optional(),
  targets: z
    .array(z.strictObject({ refId: z.string(), datasource: dataSource, expr: z.string(), legendFormat: z.string() }))
    .optional(),
  options: z.record(z.string(), z.unknown()),
  fieldConfig: z.strictObject({
    defaults: z.strictObject({ unit: z.string().optional(), custom: z.record(z.string(), z.unknown()).optional() }),
    overrides: z.array(z.never()),
  }),
});
const row = z.strictObject({
  type: z.literal('row'),
  id: uint,
  collapsed: z.boolean().optional(),
  title: z.string().optional(),
  gridPos: gridPos.optional(),
  panels: z.array(panel),
});
const dashboard = z.strictObject({
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  style: z.enum(['light', 'dark']),
  timezone: z.string(),
  editable: z.boolean(),
  graphTooltip: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  schemaVersion: z.literal(36),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  templating: z.strictObject({
    list: z.array(
      z.strictObject({
        type: z.literal('datasource'),
        name: z.string(),
        label: z.string(),
        query: z.string(),
        hide: z.union([z.literal(0), z.literal(1), z.literal(2)]),
      }),
    ),
  }),
  panels: z.array(z.union([row, panel])),
});

const asked = async (format: 'grafana' | 'openmetrics', names = PLAIN_NAMES): Promise<string> =>
  ASKED_FORMATS[format]({ view: fixtureInput(names), operations: () => [] });
const dashboardOf = async (names = PLAIN_NAMES) => dashboard.parse(JSON.parse(await asked('grafana', names)));

/** What a panel asks for, in the one form that we write: `name{stat=~"p50|p99",tool=""}`. */
function askedBy(expr: string): { readonly name: string; readonly stats: readonly string[] } {
  const [, name = '', stats = ''] = /^([a-z_]+)\{stat=~"([^"]+)",tool=""\}$/.exec(expr) ?? [];
  return { name, stats: stats.split('|').map((stat) => stat.replaceAll('\\\\', '')) };
}

describe('the dashboard of Grafana', () => {
  it('fits the schema of Grafana, with each panel on a place and a number of its own', async () => {
    const { panels } = await dashboardOf();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: at }) =>
      at === undefined
        ? ['none']
        : Array.from({ length: at.w * at.h }, (_, n) => `${at.x + (n % at.w)},${at.y + Math.floor(n / at.w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.safeParse({ ...(await dashboardOf()), rows: [] }).success).toBe(false);
  });

  it('asks only for names and statistics that the text of OpenMetrics has for all calls', async () => {
    const lines = (await asked('openmetrics')).split('\n');
    const has = (name: string, stat: string): boolean =>
      lines.some((line) => line.startsWith(`${name}{`) && line.includes(`stat="${stat}"`) && !line.includes('tool="'));
    const { panels } = await dashboardOf();
    const exprs = panels.flatMap((each) => ('targets' in each ? (each.targets ?? []).map(({ expr }) => expr) : []));
    expect(exprs).toContain('plimsoll_response_time_seconds{stat=~"p50|p90|p99",tool=""}');
    expect(exprs.length).toBeGreaterThan(5);
    for (const { name, stats } of exprs.map(askedBy))
      for (const stat of stats) expect(has(name, stat), `${name} ${stat}`).toBe(true);
    expect(has('plimsoll_response_time_seconds', 'p98')).toBe(false);
  });

  it('leaves out no number that is read first and has a value', async () => {
    const { panels } = await dashboardOf();
    const titles = panels.map(({ title = '' }) => title);
    for (const { metric, stat, tool, reading } of numbersOf(fixtureInput().analysis.summary)) {
      if (tool !== null || reading.kind !== 'value' || !metricOf(metric).comparison.shows.includes(stat)) continue;
      const own = titles.filter((title) => title.startsWith(`${metric} `)).join(', ');
      expect(own, `${metric} ${stat}`).toContain(stat);
    }
  });

  it('has names as data', async () => {
    const text = '${datasource}"}\u202e\r\n</script>';
    const { title, panels } = await dashboardOf({ ...PLAIN_NAMES, run: text, tool: text, phase: text });
    expect(title).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(JSON.stringify(panels)).not.toContain('</script>');
  });
});
