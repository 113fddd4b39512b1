/** The part of an answer that makes it as large as it is to be: a second block of text, drawn from the mock's seed. */
import { seededRandom } from '../../src/random/index.js';
import type { AnswerSize } from '../../src/protocol/index.js';
import { normalQuantile } from '../timing/service-time.js';

const LINE = 'The quick brown fox jumps over the lazy dog. ';

/** What paddings are drawn for: tools may have their own size. */
interface PaddingSource {
  readonly seed: number;
  readonly answerSize: AnswerSize | null;
  readonly tools: readonly { readonly name: string; readonly answerSize?: AnswerSize }[];
}

/**
 * The text of the padding of the next call of a tool; null: the answer has none. One draw a call, in order of their
 * service, whatever its tool.
 */
export function paddings({ seed, answerSize, tools }: PaddingSource): (tool: string) => string | null {
  const common = answerSize === null ? null : bytesOf(answerSize);
  const own = new Map<string, (u: number) => number>();
  for (const tool of tools) if (tool.answerSize !== undefined) own.set(tool.name, bytesOf(tool.answerSize));
  if (common === null && own.size === 0) return () => null;
  const random = seededRandom(seed, 'tools-mock').fork('answer-size');
  let text = LINE;
  return (tool) => {
    const u = random.next() + 2 ** -33;
    const bytes = own.get(tool) ?? common;
    if (bytes === null) return null;
    const wanted = bytes(u);
    while (text.length < wanted) text += text;
    return text.slice(0, wanted);
  };
}

/** Bytes below which a share `u` (0 < u < 1) of the answers stays. */
function bytesOf(size: AnswerSize): (u: number) => number {
  switch (size.kind) {
    case 'constant':
      return () => size.bytes;
    case 'pick':
      return (u) => size.bytes[Math.floor(u * size.bytes.length)] ?? 0;
    case 'lognormal': {
      const sigma = Math.log(size.p99Bytes / size.medianBytes) / normalQuantile(0.99);
      return (u) => Math.min(size.mostBytes, Math.round(size.medianBytes * Math.exp(sigma * normalQuantile(u))));
    }
  }
}
