/** The house as a whole: its rooms, the ways between them, and that no way leads back. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS } from '../../lint/rooms.mjs';
import { ENTRIES } from '../../src/package/index.js';
import { importsOf, PROJECT_FOLDER, sourceFiles, textOf } from './source-files.js';

const FILES = sourceFiles('src', 'mock-servers');

/** The nodes of each circle in a graph (Tarjan's strongly connected components of more than one node). */
function circles(nodes: readonly string[], next: (node: string) => readonly string[]): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    const own = index.size;
    index.set(node, own);
    stack.push(node);
    let lowest = own;
    for (const other of next(node)) {
      if (!index.has(other)) lowest = Math.min(lowest, visit(other));
      else if (stack.includes(other)) lowest = Math.min(lowest, low.get(other) ?? index.get(other) ?? own);
      low.set(node, lowest);
    }
    if (lowest === own) {
      const circle = stack.splice(stack.indexOf(node));
      if (circle.length > 1) found.push(circle);
    }
    return lowest;
  };
  for (const node of nodes) if (!index.has(node)) visit(node);
  return found;
}

describe('the house', () => {
  it('has the rooms that the lint knows, each with an index.ts that says what it owns', () => {
    const rooms = readdirSync(join(PROJECT_FOLDER, 'src'));
    expect([...rooms, 'mock-servers'].sort()).toEqual([...Object.keys(ROOMS), 'cli'].sort());
    for (const room of Object.keys(ROOMS)) {
      const door = textOf(room === 'mock-servers' ? 'mock-servers/index.ts' : `src/${room}/index.ts`);
      expect(door.startsWith('/**'), room).toBe(true);
      expect(door.slice(0, door.indexOf('*/')), room).toMatch(/\bOwns\b[\s\S]*\bDoes[\s*]+not[\s*]+own\b/);
    }
  });

  it('lists no room before one that it imports', () => {
    const order = Object.keys(ROOMS);
    for (const [room, allowed] of Object.entries(ROOMS)) {
      for (const other of allowed)
        expect(order.indexOf(other), `${room} -> ${other}`).toBeLessThan(order.indexOf(room));
    }
  });

  it('has no permission that no file uses', () => {
    const roomOf = (path: string): string => (path.startsWith('src/') ? (path.split('/')[1] ?? '') : 'mock-servers');
    const used = new Set(
      FILES.flatMap((file) => importsOf(file).map((other) => `${roomOf(file)} -> ${roomOf(other)}`)),
    );
    const permitted = Object.entries(ROOMS).flatMap(([room, allowed]) => allowed.map((other) => `${room} -> ${other}`));
    expect(permitted.filter((way) => !used.has(way))).toEqual([]);
  });

  it('has no circle of files, types included', () => {
    expect(circles(FILES, importsOf).map((circle) => circle.join(' <-> '))).toEqual([]);
  });

  it('has no file that no program reaches: a descriptor without its line in a list is found here', () => {
    const reached = new Set(Object.values(ENTRIES).map(({ from }) => from.replace(/\.js$/, '.ts')));
    for (const file of reached) for (const other of importsOf(file)) reached.add(other);
    expect(FILES.filter((file) => !reached.has(file))).toEqual([]);
  });

  it('lets src import the mock servers in one place', () => {
    const importing = FILES.filter(
      (file) => file.startsWith('src/') && importsOf(file).some((other) => other.startsWith('mock-servers/')),
    );
    expect(importing).toHaveLength(1);
  });
});
