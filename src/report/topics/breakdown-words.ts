/** What is said of the first growing queue, and of the stages that attempts ended in. */
import type { Attribution, StageSplit } from '../../analysis/index.js';
import { counted, duration, percent } from '../../format/index.js';
import { plainText } from '../text.js';
import { endingsOf, STAGE_WORDS } from '../words.js';

/** A smaller share of attempts that ended in a stage is not listed. */
const LEAST_ENDED = 0.01;

/** Where the first growing queue is. */
export function placeWords({ firstGrowing, gateway }: Pick<Attribution, 'firstGrowing' | 'gateway'>): string {
  switch (firstGrowing) {
    case 'generator':
      return 'load generator';
    case 'network':
      return 'network';
    case 'gateway':
      return gateway === null ? 'gateway' : `gateway ${plainText(gateway, 60)}`;
    case 'network-or-upstream':
      return 'network or upstream process';
    case 'network-gateway-or-upstream':
      return 'network, gateway or upstream process';
    case 'upstream':
      return 'upstream';
    case 'beyond-the-generator':
      return 'behind the load generator';
    case 'none':
      return 'none grew';
    case 'unknown':
      return 'unknown: too few windows';
  }
}

/** What separates a hop from the process behind it; empty where nothing has to. */
function evidenceWords({ firstGrowing, evidence }: Attribution): string {
  switch (evidence) {
    case 'fault':
      return ' A fault of this run was active there.';
    case 'polls':
      return firstGrowing === 'upstream'
        ? ' Its process also answered polls of its counters late.'
        : ' The process of the upstream answered polls of its counters promptly.';
    case 'loopback':
      return ' There is no link in front of it, so the hop is not a network.';
    case null:
      return CANNOT_SEPARATE[firstGrowing] ?? '';
  }
}

const CANNOT_SEPARATE: Readonly<Partial<Record<Attribution['firstGrowing'], string>>> = {
  'network-or-upstream': ' They cannot be distinguished: the upstream stamps a call when its process reads it.',
  'network-gateway-or-upstream':
    ' They cannot be distinguished: not every gateway and upstream on the way reports its times.',
  'beyond-the-generator':
    ' The attempts bring no times of the upstream, so network, gateway and upstream cannot be distinguished.',
};

/** How attempts ended without an answer, as shares of all attempts: `timed out in: upstream queue`, `84 %`. */
export function endedRows(split: StageSplit | null): readonly { readonly words: string; readonly share: string }[] {
  if (split === null) return [];
  return endingsOf(split.ended).flatMap(({ words, attempts }) => {
    const share = attempts / split.n;
    return share >= LEAST_ENDED ? [{ words, share: percent(share) }] : [];
  });
}

/** Which queue grew first in a phase, by how much, what only followed from it, and where attempts ended. */
export function attributionSentence(found: Attribution, split: StageSplit | null = null): string {
  const rows = endedRows(split).map(({ words, share }) => `${words} ${share}`);
  const ended = rows.length === 0 ? '' : ` Of all attempts, ${rows.slice(0, 3).join('; ')}.`;
  return `${growthSentence(found)}${ended}`;
}

function growthSentence(found: Attribution): string {
  const { firstGrowing, stage, slotWaitShare, windows, by } = found;
  if (firstGrowing === 'unknown')
    return `First growing queue unknown: only ${counted(windows, 'window')} had enough calls to compare.`;
  if (firstGrowing === 'none' || stage === null) return 'No stage grew over its level before the load.';
  if (by === 'endings')
    return (
      `No queue grew during the phase. Most of the attempts that ended early did so in: ${STAGE_WORDS[stage]} ` +
      `(${placeWords(found)}).${evidenceWords(found)}`
    );
  const grown = found.stages.find((one) => one.stage === stage);
  const growth =
    grown === undefined || grown.grownNs === null
      ? ''
      : ` (${STAGE_WORDS[stage]}: from ${duration(grown.calmNs)} to ${duration(grown.grownNs)})`;
  if (firstGrowing === 'generator' && stage === 'client-queue')
    return (
      `First growing queue: the generator's own limit of calls in flight${growth}. No hop got slower: more ` +
      `sessions or a higher max-in-flight would take this rate.`
    );
  const waited =
    stage === 'client-queue' || slotWaitShare === null || slotWaitShare < 0.05
      ? ''
      : ` Therefore ${percent(slotWaitShare)} of the calls waited for a free connection.`;
  return `First growing queue: ${placeWords(found)}${growth}.${waited}${evidenceWords(found)}`;
}
