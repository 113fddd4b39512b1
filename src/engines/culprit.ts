/** Which shard ended a run: what the shards print says it, where an engine knows only which processes ended badly. */

/** The shard that others say has ended the run; null where none of them says so. */
export function culpritIn(log: string): number | null {
  const [, index] = /\bshard (\d+) (?:failed: |was lost: |heard of the start )/.exec(log) ?? [];
  return index === undefined ? null : Number(index);
}

/** Shards as a person reads them, from a list as engines write it: `1`, or `0-2,5`. */
export const shardsNamed = (list: string): string => `${/[-,]/.test(list) ? 'shards' : 'shard'} ${list}`;

/** The indexes of such a list. */
export const indexesIn = (list: string): readonly number[] =>
  list
    .split(',')
    .filter((each) => each !== '')
    .flatMap((each) => {
      const [from = 0, to = from] = each.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, k) => from + k);
    });
