/** The stages that phases of stages and spikes are made of. */
import type { PhaseText, StageText } from './grammar/phases.js';
import type { PhaseStage } from './types.js';

/** In order; the grammar allows no empty list. */
export function stagesOf(
  text: Extract<PhaseText, { regime: 'stages' | 'spike' }>,
): readonly [PhaseStage, ...PhaseStage[]] {
  if (text.regime === 'spike') {
    return [
      { label: 'before', rate: text.base, forNs: text.before },
      { label: 'spike', rate: text.spike, forNs: text.for },
      { label: 'after', rate: text.base, forNs: text.after },
    ];
  }
  const [first, ...rest] = text.stages.map(stageOf);
  if (first === undefined) throw new Error(`phase "${text.name}" passed the checks without a stage`);
  return [first, ...rest];
}

function stageOf(text: StageText, index: number): PhaseStage {
  const label = stageLabel(text, index);
  return 'rate' in text
    ? { label, rate: text.rate, forNs: text.for }
    : { label, rate: text.from, rampTo: text.to, forNs: text.for };
}

/** A stage's name, or its number. */
export function stageLabel({ name }: StageText, index: number): string {
  return name ?? `stage ${index + 1}`;
}
