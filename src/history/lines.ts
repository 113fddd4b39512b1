/** Which runs stand in one line: those of one kind of machine, one text of the scenario, and one arm. */
import { blockingFields, machineFingerprint, type Envelope, type Fact } from '../envelope/index.js';
import { counted } from '../format/index.js';
import type { HistoryLine, RecordedRun } from './types.js';

export type LineKey = Pick<HistoryLine, 'arm' | 'machineDigest' | 'scenarioDigest'>;

/** The text of a fact; null where it was not to be had, or an envelope is older than the field. */
export function textOf(fact: Fact<string> | undefined): string | null {
  const value = fact?.value;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A new version of Plimsoll stays in its line: it is one of the things that may move a number. */
export const lineKeyOf = ({ arm, envelope }: Pick<RecordedRun, 'arm'> & { readonly envelope: Envelope }): LineKey => ({
  arm,
  machineDigest: machineFingerprint(envelope),
  scenarioDigest: textOf(envelope.identity.scenarioDigest),
});

/** A kind of machine in a few words. */
export function machineOf(envelope: Envelope): string {
  const fields = new Map(blockingFields(envelope).map(({ field, value }) => [field, value]));
  const model = fields.get('host.cpuModel');
  const threads = fields.get('host.cpuThreads');
  const quota = fields.get('limits.cpuQuota');
  return [
    typeof model === 'string' ? model : 'unknown CPU',
    ...(typeof threads === 'number' ? [counted(threads, 'thread')] : []),
    ...(typeof quota === 'number' ? [`quota of ${quota} CPUs`] : []),
    ...(fields.get('noise.source') === 'assumed' ? ['machine not judged'] : []),
  ].join(', ');
}
