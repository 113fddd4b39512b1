/** What was offered in a phase: one rate, or those of stages that differ. */
import { rate } from '../../format/index.js';
import type { PhaseSummary } from '../../analysis/index.js';
import { plainText } from '../text.js';
import { loopWords } from '../words.js';

/** The rates of the stages of a phase, where they differ; null where one rate is that of the whole phase. */
export function stageRates({ stages }: PhaseSummary): readonly [number, number] | null {
  const rates = stages.flatMap(({ ratePerSecond, rampToPerSecond }) =>
    rampToPerSecond === null ? [ratePerSecond] : [ratePerSecond, rampToPerSecond],
  );
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  return rates.length > 0 && low < high ? [low, high] : null;
}

/** `steady`; `all of overload` where the phase has stages with rates of their own, one of which may have its name. */
export const wholeName = (phase: PhaseSummary): string =>
  `${stageRates(phase) === null ? '' : 'all of '}${plainText(phase.name, 20)}`;

/** `200/s`, `50/s to 150/s` of a phase whose stages differ, or the callers of a closed loop. */
export function offeredWords(phase: PhaseSummary): string {
  const rates = stageRates(phase);
  if (phase.loop === 'closed') return loopWords(phase);
  return rates === null ? rate(phase.offeredPerSecond) : `${rate(rates[0])} to ${rate(rates[1])}`;
}
