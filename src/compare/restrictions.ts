/** What forbids a verdict on the numbers of arms, whatever they are. */
import { count, plural } from '../format/index.js';
import type { Trial } from './types.js';

export interface Restriction {
  readonly verdict: 'invalid' | 'inconclusive';
  readonly why: string;
  /** The candidates whose numbers alone it concerns; null: those of every arm. */
  readonly arms: readonly string[] | null;
}

/** The gravest restriction on the numbers of an arm. */
export function restrictionOf(arm: string, restrictions: readonly Restriction[]): Restriction | null {
  const own = restrictions.filter(({ arms }) => arms === null || arms.includes(arm));
  return own.find(({ verdict }) => verdict === 'invalid') ?? own[0] ?? null;
}

export const invalid = (why: string, arms: readonly string[] | null = null): Restriction => ({
  verdict: 'invalid',
  why,
  arms,
});
export const inconclusive = (why: string, arms: readonly string[] | null = null): Restriction => ({
  verdict: 'inconclusive',
  why,
  arms,
});

type Rows = readonly (readonly Trial[])[];

/** A trial, and the row that it is in, from 0. */
interface Placed {
  readonly trial: Trial;
  readonly row: number;
}

/**
 * What stands against the numbers of trials by themselves: those of the reference are a part of every change. A reason
 * is given once, with all trials that it holds for.
 */
export function restrictionsOfTrials(rows: Rows, reference: string): readonly Restriction[] {
  const placed = rows.flatMap((trials, row) => trials.map((trial) => ({ trial, row })));
  const grouped = (
    found: readonly Placed[],
    what: string,
    reasonOf: (trial: Trial) => Reason,
    restriction: typeof invalid,
  ): readonly Restriction[] =>
    groups(found, reasonOf).map((group) => {
      const concerned = new Set(group.map(({ trial: { arm } }) => arm));
      const why = sentence(group, rows, what, reasonOf);
      return restriction(why, concerned.has(reference) ? null : [...concerned]);
    });
  const ofVerdict = (verdict: 'invalid' | 'doubtful'): readonly Placed[] =>
    placed.filter(({ trial: { summary } }) => summary.validity.verdict === verdict);
  return [
    ...grouped(ofVerdict('invalid'), 'invalid', reason, invalid),
    ...grouped(
      placed
        .filter(({ trial: { summary } }) => summary.status !== 'complete' && summary.validity.verdict !== 'invalid')
        // A candidate that was hopeless has failed, and a reference that was has nothing to compare with.
        .filter(({ trial: { arm, summary } }) => summary.status !== 'aborted' || arm === reference),
      UNFINISHED,
      ({ summary: { status } }) => ({ kind: status, what: status }),
      invalid,
    ),
    ...grouped(
      ofVerdict('doubtful').filter(({ trial: { summary } }) => summary.status !== 'aborted'),
      'doubtful',
      reason,
      inconclusive,
    ),
  ];
}

const UNFINISHED = 'unfinished';

interface Reason {
  /** Trials of one kind have one cause, whatever their numbers are. */
  readonly kind: string;
  readonly what: string;
}

/** The reason that made the verdict. */
function reason({ summary: { validity } }: Trial): Reason {
  const { verdict, reasons } = validity;
  const made = reasons.find(({ severity }) => severity === verdict) ?? reasons[0];
  return { kind: made?.code ?? '', what: made?.what ?? 'see its reasons' };
}

function groups(found: readonly Placed[], reasonOf: (trial: Trial) => Reason): readonly (readonly Placed[])[] {
  const byKind = new Map<string, Placed[]>();
  for (const each of found) {
    const { kind } = reasonOf(each.trial);
    byKind.set(kind, [...(byKind.get(kind) ?? []), each]);
  }
  return [...byKind.values()];
}

/** `trials 2, 5 and 7 of thin are doubtful: others used the CPU`. */
function sentence(group: readonly Placed[], rows: Rows, what: string, reasonOf: (trial: Trial) => Reason): string {
  const [first] = group;
  if (first === undefined) throw new RangeError('a reason holds for some trial');
  const { trial, row } = first;
  const { what: why } = reasonOf(trial);
  const are = plural(group.length, 'is', 'are');
  const became = what === UNFINISHED ? 'did not end as planned' : `${are} ${what}`;
  const head = `${trialsText(group, rows)} ${became}: ${why}`;
  // The numbers of a reason are those of one trial.
  const isOfOne = group.some((each) => reasonOf(each.trial).what !== why);
  return isOfOne ? `${head} (numbers of trial ${count(row + 1)} of ${trial.arm})` : head;
}

/** `trial 3 of thin (runs/thin-3)`, `trials 1 to 4 of direct and trial 2 of thin`, `all 20 trials`. */
function trialsText(group: readonly Placed[], rows: Rows): string {
  const [first, ...others] = group;
  if (first !== undefined && others.length === 0)
    return `trial ${count(first.row + 1)} of ${first.trial.arm} (${first.trial.folder})`;
  const all = rows.flat();
  if (all.length === group.length) return `all ${count(all.length)} trials`;
  const concerned = new Set(group.map(({ trial: { arm } }) => arm));
  const arms = new Set([...(rows[0] ?? []).map(({ arm }) => arm).filter((arm) => concerned.has(arm)), ...concerned]);
  const parts = [...arms].map((arm) => {
    const own = group.filter(({ trial }) => trial.arm === arm).map(({ row }) => row + 1);
    const isWhole = own.length > 1 && own.length === all.filter((trial) => trial.arm === arm).length;
    const which = isWhole ? `all ${count(own.length)} trials` : `${plural(own.length, 'trial')} ${numbersText(own)}`;
    return `${which} of ${arm}`;
  });
  return listed(parts);
}

/** Numbers in ascending order, three and more in a row as a range: `1 to 4, 7 and 9`. */
function numbersText(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const each of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.[1] === each - 1) last[1] = each;
    else runs.push([each, each]);
  }
  return listed(
    runs.flatMap(([from, to]) =>
      to - from >= 2 ? [`${count(from)} to ${count(to)}`] : [...new Set([from, to])].map((each) => count(each)),
    ),
  );
}

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
