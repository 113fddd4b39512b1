/**
 * Whether a capacity search may be believed. Its probes were judged one by one, overload and all, so what counts here
 * is only how the search ended: a limit that is the generator's, or a search cut off, is no property of the target.
 */
import { counted, rate } from '../../format/index.js';
import type { CapacitySummary } from '../capacity/index.js';
import type { Evidence } from './evidence.js';
import type { ValidityReason } from './types.js';

/** Reasons that lie in how the searches ended. */
export function capacityReasons({ capacities }: Pick<Evidence, 'capacities'>): readonly ValidityReason[] {
  return capacities.flatMap((search) => [...endReasons(search), ...spoiltReasons(search)]);
}

function endReasons({ phase, ended, probes }: CapacitySummary): readonly ValidityReason[] {
  if (ended === 'generator') {
    const last = probes.at(-1);
    const at = last === undefined ? '' : ` at ${rate(last.ratePerSecond)}: ${last.why.join('; ')}`;
    return [
      {
        code: 'generator-saturated',
        severity: 'invalid',
        phase,
        what: `the generator did not keep the schedule of a probe${at}; the target's limit was not reached`,
        remedy: 'free a core for the generator, end other work on the machine, or search a range it can offer',
      },
    ];
  }
  if (ended === 'budget') {
    return [
      {
        code: 'capacity-undecided',
        severity: 'warning',
        phase,
        what:
          `the search used up its time after ${counted(probes.length, 'probe')}: its interval is wider than was ` +
          'asked for, or an end of it was not confirmed',
        remedy: 'give it a longer "budget", or longer probes ("step") where the target varies much',
      },
    ];
  }
  return [];
}

/** Probes that had to be made again are no reason for distrust, but worth a word. */
function spoiltReasons({ phase, ended, probes }: CapacitySummary): readonly ValidityReason[] {
  const spoilt = probes.filter(({ verdict }) => verdict === 'invalid');
  if (spoilt.length === 0 || ended === 'generator') return [];
  return [
    {
      code: 'generator-saturated',
      severity: 'warning',
      phase,
      what:
        `${spoilt.length} of ${counted(probes.length, 'probe')} were spoiled by the generator or the fault engine ` +
        `and made again (${spoilt[0]?.why.join('; ') ?? ''})`,
      remedy: 'free a core for the generator, or end other work on the machine',
    },
  ];
}
