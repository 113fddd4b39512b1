/** The tool list behind a gateway: what it costs in context, and what the gateway made of the upstreams' tools. */
import type { GatewaySummary, ToolLists } from '../../analysis/index.js';
import { bytes, count, counted } from '../../format/index.js';
import { plainText } from '../text.js';
import { tableOf, wordColumns, type Facts, type Table } from './topic.js';

const MOST_TOOLS = 20;

export function toolListFacts({ toolLists }: GatewaySummary): Facts {
  if (toolLists === null) return [];
  const { views, tokenizer, listings, otherOrders, otherContents, naming, changed, missing, added, collisions } =
    toolLists;
  const [target] = views;
  const size =
    target === undefined
      ? 'none'
      : `${counted(target.tools, 'tool')}, ${bytes(target.bytes)}, ${count(target.tokens)} tokens (${tokenizer})`;
  const named = (names: readonly string[]): string =>
    names.length === 0
      ? 'none'
      : `${count(names.length)}: ${names
          .slice(0, MOST_TOOLS)
          .map((name) => plainText(name, 128))
          .join(', ')}`;
  const hasUpstreams = views.length > 1;
  return [
    ['Context cost of the tool list', size],
    [
      'Order of the tools',
      otherOrders === null
        ? 'unknown: read once'
        : otherOrders === 0
          ? `the same in ${counted(listings, 'session')}`
          : `another one in ${count(otherOrders)} of ${count(listings)} sessions`,
    ],
    ...((otherContents ?? 0) > 0
      ? [['Content of the list', `another one in ${count(otherContents ?? 0)} of ${count(listings)} sessions`] as const]
      : []),
    ...(hasUpstreams
      ? ([
          ['Names', naming === null ? 'in no single way' : naming],
          ['Changed tools', named(changed.map(({ shownAs }) => shownAs))],
          ['Missing tools', named(missing.map(({ service, tool }) => `${service}: ${tool}`))],
          ['Added tools', named(added)],
          [
            'Names that hide another tool',
            named(collisions.map(({ name, services }) => `${name} of ${services.join(' and ')}`)),
          ],
        ] as const)
      : []),
  ];
}

export const changedTools = (lists: ToolLists | null): readonly Table[] =>
  tableOf({
    caption: 'Tools that are shown otherwise than their upstream lists them',
    columns: [...wordColumns('Tool', 'Where'), { name: 'Upstream', kind: 'text' }, { name: 'Shown', kind: 'text' }],
    rows: (lists?.changed ?? []).slice(0, MOST_TOOLS).flatMap(({ shownAs, places }) =>
      places.map(({ path, upstream, shown }) => ({
        cells: [plainText(shownAs, 128), plainText(path, 120), plainText(upstream, 200), plainText(shown, 200)],
      })),
    ),
  });

export const toolViewCosts = (lists: ToolLists | null): readonly Table[] =>
  tableOf({
    caption: 'Context cost of each view of the tools',
    columns: [
      { name: 'View', kind: 'word' },
      { name: 'Tools' },
      { name: 'Size', below: 'canonical JSON' },
      { name: 'Tokens', below: lists?.tokenizer ?? '' },
    ],
    rows: (lists?.views ?? []).map(({ service, tools, bytes: size, tokens }) => ({
      cells: [service === null ? 'the target' : plainText(service, 64), count(tools), bytes(size), count(tokens)],
    })),
  });
