/** Fidelity of the tool list: the target's against those of the mocks behind it, and against other sessions' list. */
import { isObject, parsedOrUndefined } from '../../protocol/index.js';
import type { ToolListRow } from '../../record/index.js';
import type { ChangedTool, ToolLists, ToolView } from './types.js';

/** Between the name of an upstream and that of its tool. */
const SEPARATORS = ['__', '_', '-', '/', '.', ':', ''] as const;
const MOST_PLACES = 5;

export function toolListsOf(rows: readonly ToolListRow[] | null): ToolLists | null {
  if (rows === null) return null;
  const target = rows.filter(({ service }) => service === null);
  const listings = Math.max(-1, ...target.map(({ listing }) => listing)) + 1;
  const lists = Array.from({ length: listings }, (_, n) => target.filter(({ listing }) => listing === n));
  const [first = [], ...others] = lists;
  const upstream = rows.filter(({ service }) => service !== null);
  const services = [...new Set(upstream.map(({ service }) => service ?? ''))];
  const names = (list: readonly ToolListRow[]): string => JSON.stringify(list.map(({ tool }) => tool));
  const contents = (list: readonly ToolListRow[]): string =>
    JSON.stringify(list.map(({ tool, digest }) => `${tool} ${digest}`).sort());
  return {
    tokenizer: rows[0]?.tokenizer ?? '',
    views: [viewOf(null, first), ...services.map((name) => viewOf(name, ofService(upstream, name)))],
    listings,
    otherOrders:
      listings < 2
        ? null
        : others.filter((list) => contents(list) === contents(first) && names(list) !== names(first)).length,
    otherContents: listings < 2 ? null : others.filter((list) => contents(list) !== contents(first)).length,
    ...against(first, upstream, services, rows),
  };
}

const ofService = (rows: readonly ToolListRow[], name: string): readonly ToolListRow[] =>
  rows.filter(({ service }) => service === name);

function viewOf(service: string | null, rows: readonly ToolListRow[]): ToolView {
  const sum = (of: (row: ToolListRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return { service, tools: rows.length, bytes: sum(({ bytes }) => bytes), tokens: sum(({ tokens }) => tokens) };
}

interface Match {
  readonly upstream: ToolListRow;
  /** What stands for the name of its upstream, `*` in place of the tool's own; null: it is not shown. */
  readonly shape: string | null;
  readonly shown: ToolListRow | null;
}

function matched(upstream: ToolListRow, shown: readonly ToolListRow[]): Match {
  const { service, tool } = upstream;
  const own = shown.find((row) => row.tool === tool);
  const shapes = SEPARATORS.map(
    (separator) => [`${service ?? ''}${separator}${tool}`, `UPSTREAM${separator}*`] as const,
  );
  const prefixed = shapes.flatMap(([name, shape]) => {
    const row = shown.find((each) => each.tool === name);
    return row === undefined ? [] : [{ upstream, shape, shown: row }];
  });
  if (prefixed[0] !== undefined) return prefixed[0];
  if (own !== undefined) return { upstream, shape: '*', shown: own };
  return respelled(upstream, shown) ?? { upstream, shape: null, shown: null };
}

/** Some gateways put one for the other in names, to keep the separator for themselves. */
const asOneSign = (name: string): string => name.replaceAll('_', '-');

/** A tool that is shown with other signs between the words of its name or its upstream's. */
function respelled(upstream: ToolListRow, shown: readonly ToolListRow[]): Match | null {
  const { tool } = upstream;
  const service = upstream.service ?? '';
  for (const separator of SEPARATORS) {
    const wanted = asOneSign(service + separator + tool);
    const row = shown.find((each) => asOneSign(each.tool) === wanted);
    if (row === undefined) continue;
    const between = row.tool.slice(service.length, row.tool.length - tool.length);
    return { upstream, shape: `UPSTREAM${between}*`, shown: row };
  }
  return null;
}

function against(
  shown: readonly ToolListRow[],
  upstream: readonly ToolListRow[],
  services: readonly string[],
  rows: readonly ToolListRow[],
): Pick<ToolLists, 'naming' | 'changed' | 'missing' | 'added' | 'collisions'> {
  const matches = upstream.map((row) => matched(row, shown));
  const claimed = new Map<string, Match[]>();
  for (const match of matches)
    if (match.shown !== null) claimed.set(match.shown.tool, [...(claimed.get(match.shown.tool) ?? []), match]);
  const shapes = [...new Set(matches.flatMap(({ shape }) => shape ?? []))];
  const serviceOf = ({ upstream: { service } }: Match): string => service ?? '';
  const collided = [...claimed].filter(([, of]) => of.length > 1);
  return {
    naming: shapes.length === 1 ? (shapes[0] ?? null) : null,
    // Of a collision one upstream's tool is shown: it is whole if it is as any of them has it.
    changed: [...claimed.values()].flatMap(([first, ...more]) => {
      if (first === undefined || [first, ...more].some(isSame)) return [];
      return [changedTool(first, rows)];
    }),
    missing: matches
      .filter((match) => match.shown === null)
      .map((match) => ({ service: serviceOf(match), tool: match.upstream.tool })),
    added: services.length === 0 ? [] : shown.filter(({ tool }) => !claimed.has(tool)).map(({ tool }) => tool),
    collisions: collided.map(([name, of]) => ({ name, services: of.map(serviceOf) })),
  };
}

const isSame = ({ upstream, shown }: Match): boolean => upstream.digest === shown?.digest;

function changedTool({ upstream, shown }: Match, rows: readonly ToolListRow[]): ChangedTool {
  const contractOf = (row: ToolListRow | null): unknown =>
    parsedOrUndefined(
      row?.contract ??
        rows.find((each) => each.service === row?.service && each.tool === row.tool && each.digest === row.digest)
          ?.contract ??
        'null',
    );
  const places: { path: string; upstream: string; shown: string }[] = [];
  differences(contractOf(upstream), contractOf(shown), '', places);
  return {
    service: upstream.service ?? '',
    tool: upstream.tool,
    shownAs: shown?.tool ?? '',
    places: places.slice(0, MOST_PLACES),
  };
}

const shownJson = (value: unknown): string => (value === undefined ? 'undefined' : JSON.stringify(value).slice(0, 200));

/** The places at which two JSON values differ, outermost first. */
function differences(
  a: unknown,
  b: unknown,
  path: string,
  into: { path: string; upstream: string; shown: string }[],
): void {
  if (isObject(a) && isObject(b)) {
    for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort())
      differences(a[key], b[key], path === '' ? key : `${path}.${key}`, into);
    return;
  }
  if (JSON.stringify(a) !== JSON.stringify(b)) into.push({ path, upstream: shownJson(a), shown: shownJson(b) });
}
