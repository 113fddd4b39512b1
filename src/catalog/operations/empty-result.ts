/** What operations have in common whose result says nothing but that they were carried out. */
import type { CallRequest } from './call-spec.js';
import type { Operation } from './operation.js';
import { refuseEffect } from './unfit-policy.js';

type EmptyResult = Omit<
  Operation<CallRequest>,
  'method' | 'eras' | 'sdkResult' | 'text' | 'subjectKey' | 'request' | 'params'
>;

/** @param method which is also its subject. */
export const emptyResult = (method: string) =>
  ({
    check(written, _server, report) {
      refuseEffect(written, method, report);
      if (written.expect !== undefined && written.expect !== 'success')
        report.error(['expect'], 'no-answer', {
          what: `the result of ${method} is empty: there is nothing to compare`,
          remedy: 'write success',
        });
    },

    subject: () => method,
    headerName: () => null,
    tool: () => null,
    arguments: () => null,

    hasFailed: () => false,
    isResult: () => true,
    answerTexts: () => [],
    blockText: () => null,
    structured: (result) => result,
    derivedText: () => '',
  }) as const satisfies EmptyResult;
