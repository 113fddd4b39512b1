/** The chapter on a gateway: its sentences and numbers. */
import { describe, expect, it } from 'vitest';
import { gateway } from '../../src/report/topics/gateway.js';
import type { Table } from '../../src/report/topics/topic.js';
import { fixtureInput, PLAIN_NAMES } from './fixture.js';
import { fixtureGateway, noGateway } from './gateway-fixture.js';

const view = (over = fixtureGateway('alpha')) => fixtureInput(PLAIN_NAMES, { gateway: over });
const cellText = (cell: Table['rows'][number]['cells'][number] | undefined): string =>
  typeof cell === 'string' ? cell : (cell?.text ?? '');
const valueOf = (tables: readonly Table[], name: string): string => {
  const rows = tables.flatMap((table) => table.rows);
  const row = rows.find(({ cells }) => cellText(cells[0]) === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  return row.cells.slice(1).map(cellText).join(' | ');
};
const tablesOf = (): readonly Table[] =>
  gateway.page(view()).flatMap((block) => (block.kind === 'table' ? [block] : []));

describe('the chapter on what stands between client and upstreams', () => {
  it('is left out where neither calls are traced nor tool lists read', () => {
    expect(gateway.applies(view(noGateway()))).toBe(false);
    expect(gateway.applies(view())).toBe(true);
  });

  it.each([
    ['Calls joined with the upstreams', '75 % of 120: 30 by the trace context, 60 by an argument'],
    ['Upstream messages per call', '5x (a lower bound: a process ended uncounted): alpha 500'],
    [
      'Upstream sessions',
      'each call has a session of its own (3 sessions of the client, 100 at the upstreams; ' +
        '100 opened during the load, 7 of them left open)',
    ],
    ['Trace context arrived', 'in _meta 25 %, as a header 50 %'],
    ["Client's Authorization arrived upstream", '100 %'],
    ['Repeated by the gateway', '20 executions of 15 calls, 4 with a side effect'],
    ['Answered without an upstream', 'unknown: not every upstream call was joined'],
    ['Executed by another upstream', '13 of 40'],
    ['Context cost of the tool list', '7 tools, 2 KiB, 512 tokens (o200k_base)'],
    ['Order of the tools', 'another one in 2 of 3 sessions'],
    ['Names that hide another tool', '1: alpha of alpha and other'],
  ])('says of "%s": %s', (name, value) => {
    expect(valueOf(tablesOf(), name)).toBe(value);
  });

  it('shows where a schema was changed, and how calls came back', () => {
    const captions = tablesOf().map(({ caption }) => caption);
    expect(captions).toContain('Tools that are shown otherwise than their upstream lists them');
    const returned = tablesOf().filter(({ caption }) => caption.startsWith('Return'));
    expect(valueOf(returned, 'alpha')).toBe('after failed calls | 5 | 1.5 s | 2 of 3');
    const breaker = tablesOf().filter(({ caption }) => caption.startsWith('Circuit breaker'));
    expect(valueOf(breaker, 'alpha')).toBe('alpha | 5 | 1.9 s to 2.1 s | 3');
  });

  it('fits a terminal', () => {
    const lines = gateway.terminal(view(), 60).map((line) => line.map(({ text }) => text).join(''));
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(60);
  });
});
