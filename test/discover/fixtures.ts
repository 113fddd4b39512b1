/** A discovery as `discover` gives it, for what is made of one. */
import type { Discovery } from '../../src/discover/index.js';

export function discovery(parts: Partial<Discovery> = {}): Discovery {
  return {
    target: { kind: 'http', url: 'http://127.0.0.1:3000/mcp', headers: {} },
    isRemote: false,
    survey: {
      shown: 'http://127.0.0.1:3000/mcp',
      serverInfo: { name: 'library', version: '1.2' },
      protocolVersion: '2025-11-25',
      tools: [],
      openedInNs: 0,
      answers: [],
      sessionsAtOnce: true,
      warnings: [],
    },
    seed: 1,
    usable: [
      {
        tool: { name: 'search', description: 'Looks a book up', inputSchema: { type: 'object' } },
        arguments: { query: 'hull' },
        given: false,
        expect: { text: 'found ${arguments.query}' },
        because: 'two answers were the same',
        tookNs: 4e6,
        leastNs: 2e6,
      },
    ],
    leftOut: [{ tool: 'remove', reason: 'annotated as destructive', called: false }],
    sessions: 4,
    warnings: [],
    ...parts,
  };
}

/** So many tools that take as long each. */
export function slowTools(count: number, tookNs: number): Discovery {
  const found = discovery();
  const usable = Array.from({ length: count }, (_, at) =>
    found.usable.map((each) => ({ ...each, tool: { ...each.tool, name: `search_${at}` }, tookNs, leastNs: tookNs })),
  );
  return { ...found, usable: usable.flat() };
}
