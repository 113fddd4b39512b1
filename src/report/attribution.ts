/** The first growing queue in words. */
import type { Attribution } from '../analysis/index.js';
import { duration, percent } from '../format/index.js';
import { plainText } from './text.js';
import { STAGE_WORDS } from './words.js';

/** Where the first growing queue stands, as one would say it. */
export function placeWords({ firstGrowing, gateway }: Pick<Attribution, 'firstGrowing' | 'gateway'>): string {
  switch (firstGrowing) {
    case 'generator':
      return 'generator';
    case 'network':
      return 'network';
    case 'gateway':
      return gateway === null ? 'gateway' : `gateway ${plainText(gateway, 60)}`;
    case 'network-or-gateway':
      return 'outbound or return hop: network or gateway';
    case 'upstream':
      return 'upstream';
    case 'beyond-the-generator':
      return 'beyond the generator';
    case 'unanswered':
      return 'not known: too few answers';
    case 'none':
      return 'none grew';
    case 'unknown':
      return 'too little to say';
  }
}

/** One sentence on a phase: which queue, by how much, and what only followed from it. */
export function attributionSentence(told: Attribution): string {
  const { firstGrowing, stage, slotWaitShare, windows } = told;
  if (firstGrowing === 'unknown')
    return `Only ${windows} windows had enough calls to compare: nothing is said of which queue grew.`;
  if (firstGrowing === 'unanswered')
    return `Among the calls that were answered rightly no stage grew; in ${told.silentWindows} windows hardly any was, and what those waited for is not known.`;
  if (firstGrowing === 'none' || stage === null)
    return 'No stage grew: response times stayed what they were in the calm part.';
  const grown = told.stages.find((one) => one.stage === stage);
  const by =
    grown === undefined || grown.grownNs === null
      ? ''
      : ` (${STAGE_WORDS[stage]}: ${duration(grown.calmNs)} in the calm part, ${duration(grown.grownNs)} when it had grown)`;
  const waited =
    stage === 'client-queue' || slotWaitShare === null || slotWaitShare < 0.05
      ? ''
      : ` ${percent(slotWaitShare)} of the calls waited for a free slot meanwhile, as a consequence.`;
  if (firstGrowing === 'generator' && stage === 'client-queue')
    return `First growing queue: the generator's own bound on calls in flight${by}. No hop got slower: more sessions or a higher max-in-flight would take this rate.`;
  const unsure =
    firstGrowing === 'network-or-gateway'
      ? ' Nothing on the way tells its own times, so the wire and what may stand in it are one.'
      : firstGrowing === 'beyond-the-generator'
        ? ' The upstream gives no stamps, so network, gateway and upstream are one.'
        : '';
  return `First growing queue: ${placeWords(told)}${by}.${waited}${unsure}`;
}
