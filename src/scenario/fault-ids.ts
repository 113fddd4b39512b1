/** Ids of faults: as written, or the type and the link, numbered where that is taken. */

/** One id for each fault, in order; null stays null. A derived id never takes the name of a written one. */
export function faultIds(
  faults: readonly ({ readonly id?: string | undefined; readonly type: string; readonly on: string } | null)[],
): readonly (string | null)[] {
  const taken = new Set(faults.flatMap((fault) => fault?.id ?? []));
  return faults.map((fault) => {
    if (fault === null) return null;
    if (fault.id !== undefined) return fault.id;
    const base = `${fault.type}-${fault.on}`;
    let id = base;
    for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
    taken.add(id);
    return id;
  });
}
