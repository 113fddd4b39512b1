/** How a result is compared with what a call expects of it. */
import { createHash } from 'node:crypto';
import { compile, type JSONPathQuery, type JSONValue } from 'json-p3';
import { expectedPattern, type Expectation, type Operation } from '../../catalog/index.js';
import { isObject, parsedOrUndefined } from '../../protocol/index.js';
import type { ErrorClass } from '../../record/index.js';

type Result = Readonly<Record<string, unknown>>;

/** What a spec's answers are compared by; made once. */
export type Check =
  | { readonly kind: 'none' }
  /** With its texts, or with that of one content block. */
  | {
      readonly kind: 'texts';
      readonly block: number | null;
      readonly isRight: (text: string, expectedText: string) => boolean;
    }
  /** With its structured part; the expected text is the JSON of what that must have. */
  | { readonly kind: 'structured' }
  /** With what the path selects in its document; the expected text is the JSON of one of the values, or ''. */
  | { readonly kind: 'path'; readonly query: JSONPathQuery };

export function checkOf(expect: Expectation): Check {
  switch (expect.kind) {
    case 'success':
    case 'schema':
      // A schema is held to beside the one that the tool declares.
      return { kind: 'none' };
    case 'derived':
      return { kind: 'texts', block: null, isRight: isEqual };
    case 'text':
      return { kind: 'texts', block: expect.block ?? null, isRight: isEqual };
    case 'contains':
      return { kind: 'texts', block: expect.block ?? null, isRight: (text, part) => text.includes(part) };
    case 'matches': {
      const pattern = expectedPattern(expect.pattern);
      return { kind: 'texts', block: expect.block ?? null, isRight: (text) => pattern.test(text) };
    }
    case 'digest':
      return { kind: 'texts', block: expect.block ?? null, isRight: (text) => sha256(text) === expect.sha256 };
    case 'structured':
      return { kind: 'structured' };
    case 'path':
      return { kind: 'path', query: compile(expect.path) };
  }
}

const isEqual = (text: string, expectedText: string): boolean => text === expectedText;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `none` when the result is what is expected. */
export function compared(check: Check, operation: Operation, result: Result, expectedText: string): ErrorClass {
  switch (check.kind) {
    case 'none':
      return 'none';
    case 'structured': {
      const structured = operation.structured(result);
      if (structured === null) return 'no-content';
      return holds(structured, parsedOrUndefined(expectedText)) ? 'none' : 'wrong-value';
    }
    case 'path': {
      const document = documentOf(operation, result);
      if (document === undefined) return 'no-content';
      // What was parsed out of a message is a JSON value.
      const values = check.query.query(document as JSONValue).values();
      const isRight =
        expectedText === '' ? values.length > 0 : values.some((value) => holds(value, parsedOrUndefined(expectedText)));
      return isRight ? 'none' : 'wrong-value';
    }
    case 'texts': {
      const texts = check.block === null ? operation.answerTexts(result) : operation.blockText(result, check.block);
      if (texts === null || texts.length === 0) return 'no-content';
      const { isRight } = check;
      const hasRight =
        typeof texts === 'string' ? isRight(texts, expectedText) : texts.some((text) => isRight(text, expectedText));
      return hasRight ? 'none' : 'wrong-value';
    }
  }
}

/** The structured part of a result or, where it has none, the first of its texts that is JSON. */
export function documentOf(operation: Operation, result: Result): unknown {
  const structured = operation.structured(result);
  if (structured !== null) return structured;
  for (const text of operation.answerTexts(result)) {
    const parsed = parsedOrUndefined(text);
    if (parsed !== undefined) return parsed;
  }
  return undefined;
}

/** Whether a JSON value has everything that is expected of it: maps may have more, all else is equal. */
function holds(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      wanted.every((each, position) => holds((found as readonly unknown[])[position], each))
    );
  if (!isObject(wanted)) return found === wanted;
  return (
    isObject(found) &&
    Object.entries(wanted).every(([key, each]) => Object.hasOwn(found, key) && holds(found[key], each))
  );
}
