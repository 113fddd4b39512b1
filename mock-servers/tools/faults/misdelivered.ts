/** The answers of two calls in flight exchanged. Each keeps its JSON-RPC id and stamps: only the content differs. */
import { derivedAnswer } from '../../../src/protocol/index.js';
import { isBefore } from '../../timing/due-answers.js';
import type { Answer, FaultedCall, BehaviourOf, InFlight } from './behaviour.js';

export const misdelivered: BehaviourOf<'misdelivered'> = ({ tool }) => ({
  acts: 'answer',
  turn: (answer, _call, inFlight, hit) => {
    if (answer.kind !== 'result') return null;
    const other = partner(answer.text, inFlight, tool);
    if (other === null) return null;
    other.given = { answer, hit };
    return rightAnswer(other.call);
  },
});

function rightAnswer({ tool, argumentsJson, callId }: FaultedCall): Extract<Answer, { kind: 'result' }> {
  return { kind: 'result', text: derivedAnswer(tool.name, argumentsJson), isError: false, callId };
}

/** The next one to be answered whose right answer differs and which no other fault will change or refuse. */
function partner(text: string, inFlight: readonly InFlight[], tool: string | undefined): InFlight | null {
  let first: InFlight | null = null;
  for (const other of inFlight) {
    const { call, chosen } = other;
    if (other.startNs === null || other.given !== null || (chosen?.answer ?? chosen?.form ?? null) !== null) continue;
    if (call.tool.alwaysFails || (tool !== undefined && call.tool.name !== tool) || call.response.destroyed) continue;
    if (first !== null && !isBefore(other, first)) continue;
    if (rightAnswer(call).text !== text) first = other;
  }
  return first;
}
