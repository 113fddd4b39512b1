/** What is said of the first growing queue, and of the stages that attempts ended in. */
import { LEAST_WINDOWS, type Attribution, type StageSplit } from '../../analysis/index.js';
import { duration, moment, percent } from '../../format/index.js';
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

/**
 * What grew first, as it is named before its place: `First growing queue: upstream queue`; `First to grow: network
 * (return hop)` where what grew is no queue.
 */
export function grownWords(found: NamedQueue): string {
  const isQueue = found.stage === null || QUEUES.includes(found.stage);
  return `${isQueue ? 'First growing queue' : 'First to grow'}: ${queueName(found)}`;
}

/** Its name alone: `upstream queue`, `network (return hop)`. */
export function queueName({ firstGrowing, gateway, stage }: NamedQueue): string {
  const place = placeWords({ firstGrowing, gateway });
  if (stage === null) return place;
  const words = STAGE_WORDS[stage];
  if (!QUEUES.includes(stage)) return `${place} (${words})`;
  return firstGrowing === 'upstream' ? words : place;
}

export type NamedQueue = Pick<Attribution, 'firstGrowing' | 'gateway' | 'stage'>;

/** Stages that are queues; what grew in another one is no queue. */
const QUEUES: readonly NamedQueue['stage'][] = ['client-queue', 'upstream-queue'];

/** `between +5.9 s and +7 s`, or `since +5.94 s`, as far as it is known; empty where it is not. */
export function sinceWords({ onsetNs, onsetBy, windowNs }: Attribution): string {
  if (onsetNs === null) return '';
  return onsetBy === 'age'
    ? `since ${moment(onsetNs)}`
    : `between ${moment(onsetNs)} and ${moment(onsetNs + windowNs)}`;
}

/** Why there is no first growing queue to name, where the phase can't be cut into enough windows. */
export const tooFewWindows = ({ windows }: Pick<Attribution, 'windows'>): string =>
  `too few windows with enough calls (${windows} of ${LEAST_WINDOWS} needed)`;

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
  const { firstGrowing, stage, slotWaitShare, by, onsetNs } = found;
  if (firstGrowing === 'unknown') return `First growing queue unknown: ${tooFewWindows(found)}.`;
  if (firstGrowing === 'none' || stage === null) return 'No stage grew over its level before the load.';
  if (by === 'endings')
    return (
      `${onsetNs === null ? 'No queue grew during the phase.' : `A queue stood ${sinceWords(found)}.`} ` +
      `Most of the attempts that ended early did so in: ${STAGE_WORDS[stage]} ` +
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
