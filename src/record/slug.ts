/** Names turned into something that is safe in a file name and in a histogram tag. */

/** Lower-case letters, digits and single hyphens, at most 40 of them; `fallback` when nothing is left. */
export function slug(name: string, fallback = 'unnamed'): string {
  const text = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return text === '' ? fallback : text;
}

/** One slug a distinct name, in the order given; names whose slugs would meet get `-2`, `-3`. */
export function slugTable(names: readonly string[]): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    if (table.has(name)) continue;
    const base = slug(name);
    let candidate = base;
    for (let n = 2; taken.has(candidate); n++) candidate = `${base}-${n}`;
    taken.add(candidate);
    table.set(name, candidate);
  }
  return table;
}
