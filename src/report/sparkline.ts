/** Values as one line of bars. */
const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A bar for each value, the lowest for the least of them; a blank where there is none. */
export function barsOf(values: readonly (number | null)[]): readonly string[] {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return values.map((value) => {
    if (value === null) return ' ';
    const share = most === least ? 0 : (value - least) / (most - least);
    return BARS[Math.round(share * (BARS.length - 1))] ?? ' ';
  });
}
