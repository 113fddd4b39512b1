/**
 * Picking among millions of calls and attempts: entries in, typed arrays out. An array of numbers, and the built-in
 * filters and `from` with their callbacks, cost several times as much time, and memory for every call.
 */

/** Entries of `among` for which a condition holds. */
export function select(among: Uint32Array, holds: (i: number) => boolean): Uint32Array {
  const kept = new Uint32Array(among.length);
  let n = 0;
  for (let k = 0; k < among.length; k++) {
    const i = among[k] as number;
    if (holds(i)) kept[n++] = i;
  }
  return n === kept.length ? kept : kept.slice(0, n);
}

/** How many entries of `among` a condition holds for. */
export function countOf(among: Uint32Array, holds: (i: number) => boolean): number {
  let n = 0;
  for (let k = 0; k < among.length; k++) if (holds(among[k] as number)) n++;
  return n;
}

/** One value of each entry. */
export function gather(among: Uint32Array, value: (i: number) => number): Float64Array {
  const values = new Float64Array(among.length);
  for (let k = 0; k < among.length; k++) values[k] = value(among[k] as number);
  return values;
}

/** Numbers whose count is not known before. */
export class NumberList {
  #values = new Float64Array(1_024);
  #n = 0;

  get length(): number {
    return this.#n;
  }

  push(value: number): void {
    if (this.#n === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#n++] = value;
  }

  clear(): void {
    this.#n = 0;
  }

  /** A copy of what was pushed. */
  taken(): Float64Array {
    return this.#values.slice(0, this.#n);
  }
}

/** For each of `groups` groups the rows of it, in order; a row of none has a group that is not among them. */
export function rowsByGroup(length: number, groups: number, groupOf: (row: number) => number): readonly Uint32Array[] {
  const counts = new Uint32Array(groups);
  for (let row = 0; row < length; row++) {
    const group = groupOf(row);
    if (group >= 0 && group < groups) (counts[group] as number)++;
  }
  const rows = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (let row = 0; row < length; row++) {
    const group = groupOf(row);
    const into = rows[group];
    if (into !== undefined) into[(counts[group] as number)++] = row;
  }
  return rows;
}
