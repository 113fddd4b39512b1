/** What all operations have in common that list what a server offers: the first page of things with names. */
import { isObject } from '../../protocol/index.js';
import type { CallRequest } from './call-spec.js';
import type { Operation } from './operation.js';
import { refuseDerived, refuseEffect } from './unfit-policy.js';

type Result = Readonly<Record<string, unknown>>;

type Listing = Omit<Operation<CallRequest>, 'method' | 'eras' | 'sdkResult' | 'text' | 'request' | 'subject'>;

/**
 * @param member holds the list in a result.
 * @param nameKey what each thing has to have; expectations are compared with it.
 * @param noun for people: `tool list`.
 */
export function listing(member: string, nameKey: string, noun: string) {
  const nameOf = (thing: unknown): string | null => {
    const name = isObject(thing) ? thing[nameKey] : undefined;
    return typeof name === 'string' ? name : null;
  };
  const listIn = (result: Result): readonly unknown[] | null => {
    const list = result[member];
    return Array.isArray(list) ? (list as readonly unknown[]) : null;
  };
  return {
    subjectKey: 'operation',

    check(written, _server, report) {
      refuseEffect(written, `a ${noun}`, report);
      refuseDerived(
        written,
        `no server derives a ${noun} from arguments`,
        `{ contains: ... }, which is compared with the ${nameKey} of each entry,`,
        report,
      );
    },

    headerName: () => null,
    tool: () => null,

    arguments: () => null,
    params: () => ({ before: '', after: '' }),

    hasFailed: () => false,

    /** What a gateway did to anything but the names is no failure here. */
    isResult: (result) => listIn(result)?.every((thing) => nameOf(thing) !== null) ?? false,

    answerTexts: (result) => (listIn(result) ?? []).flatMap((thing) => nameOf(thing) ?? []),
    blockText: (result, block) => nameOf(listIn(result)?.[block]),
    structured: (result) => result,

    derivedText: () => '',
  } as const satisfies Listing;
}
