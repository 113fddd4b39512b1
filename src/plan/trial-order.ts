/** In which order the trials of several arms run, so that neither drift nor carry-over favours an arm. */
import type { Random } from '../random/index.js';

/** Rows of arms, by index: each row holds every arm once, and its trials are compared with each other. */
export type TrialOrder = readonly (readonly number[])[];

/** How many rows an order takes before it is balanced: trials are a multiple of it, else carry-over is not balanced. */
export const rowsPerDesign = (arms: number): number => (arms % 2 === 0 ? arms : 2 * arms);

/**
 * An order of `rows` rows for two arms or more, drawn from a seeded stream. Two arms: ABBA or BAAB, again and again (a
 * linear drift cancels within each four). More: the rows of a Williams design (Journal of the Australian Chemical
 * Institute A 2, 1949) in random order under random names: each arm is equally often at each place and equally often
 * right after each other one, as long as `rows` is a multiple of `rowsPerDesign`.
 */
export function trialOrder(arms: number, rows: number, random: Random): TrialOrder {
  if (arms < 2) throw new RangeError('an order is one of two arms or more');
  const period = rowsPerDesign(arms);
  const order: (readonly number[])[] = [];
  while (order.length < rows) {
    const names = shuffled(
      Array.from({ length: arms }, (_, arm) => arm),
      random,
    );
    const design = williams(arms).map((row) => row.map((place) => names[place] ?? 0));
    order.push(...(arms === 2 ? design : shuffled(design, random)).slice(0, Math.min(period, rows - order.length)));
  }
  return order;
}

/** The first row goes 0, n - 1, 1, n - 2, ...; each next adds 1; an odd number of arms takes the mirror images too. */
function williams(arms: number): TrialOrder {
  const first = Array.from({ length: arms }, (_, place) => (place % 2 === 0 ? place / 2 : arms - (place + 1) / 2));
  const square = Array.from({ length: arms }, (_, shift) => first.map((arm) => (arm + shift) % arms));
  return arms % 2 === 0 ? square : [...square, ...square.map((row) => [...row].reverse())];
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const [a, b] = [result[last], result[other]];
    if (a !== undefined && b !== undefined) [result[last], result[other]] = [b, a];
  }
  return result;
}

/** Whether each arm is equally often at each place of its row, and equally often right after each other arm in it. */
export function isBalanced(order: TrialOrder): boolean {
  const arms = order[0]?.length ?? 0;
  const places = new Map<string, number>();
  const followers = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const row of order)
    row.forEach((arm, place) => {
      count(places, `${arm}/${place}`);
      const before = row[place - 1];
      if (before !== undefined) count(followers, `${before}>${arm}`);
    });
  const even = (counts: Map<string, number>, kinds: number): boolean =>
    counts.size === kinds && new Set(counts.values()).size === 1;
  return arms >= 2 && even(places, arms * arms) && even(followers, arms * (arms - 1));
}
