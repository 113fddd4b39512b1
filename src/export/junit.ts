/** Verdicts as JUnit XML, the form that every CI system reads. */
import type { Comparison, ComparisonVerdict } from '../compare/index.js';
import type { GateReport } from '../gate/index.js';
import type { ExportFormat } from './format.js';
import { judgedIn, type Judged } from './judged.js';

export const junit: ExportFormat = { file: 'junit.xml', contentOf: ({ gates }) => junitXml(gates) };

const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Whether XML 1.0 allows a code point (section 2.2); the C1 controls it allows but discourages are left out too. */
function isAllowed(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  if (code < 0xa0) return code < 0x7f || code === 0x85;
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return !surrogate && code !== 0xfffe && code !== 0xffff;
}

/** Text as the value of an XML attribute: escaped, what XML forbids replaced by U+FFFD, line breaks kept. */
export function xmlAttribute(text: string): string {
  // A for-of over a string goes by code points, so a surrogate seen alone is one without its partner.
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (!isAllowed(code)) return '\ufffd';
    return NAMED[character] ?? (code < 0x20 ? `&#${code};` : character);
  }).join('');
}

function detail({ verdict, why }: Judged): string {
  const message = xmlAttribute(why);
  switch (verdict) {
    case 'pass':
    case 'improved':
      return '';
    case 'regress':
    case 'mixed':
      return `<failure type="${verdict}" message="${message}"/>`;
    case 'inconclusive':
      return `<skipped message="inconclusive: ${message}"/>`;
    case 'invalid':
      return `<error type="invalid" message="${message}"/>`;
  }
}

/** What a run without gates has in their place. */
const OF_RUN: Readonly<Partial<Record<ComparisonVerdict, string>>> = {
  invalid: 'the run is invalid; its summary says why',
  inconclusive: 'the run is doubtful; its summary says why',
};

/**
 * One test case a gate: regress is a failure, invalid an error, inconclusive skipped with its reason. A run that is
 * invalid or doubtful without having gates is one such test case, so that no pipeline takes it for a pass.
 */
export function junitXml({ verdict, results }: GateReport): string {
  const why = results.length === 0 ? OF_RUN[verdict] : undefined;
  return suiteXml('gates', why === undefined ? results : [{ text: 'the run is valid', verdict, why }]);
}

/**
 * One test case for each gate at each place of each arm. A comparison that is refused, or in which nothing could be
 * judged, is one test case with its reasons.
 */
export const comparisonJunit = (comparison: Comparison): string => suiteXml('comparison', judgedIn(comparison));

function suiteXml(suite: string, judged: readonly Judged[]): string {
  const counted = (...verdicts: readonly ComparisonVerdict[]): number =>
    judged.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const counts =
    `tests="${judged.length}" failures="${counted('regress', 'mixed')}" errors="${counted('invalid')}" ` +
    `skipped="${counted('inconclusive')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="plimsoll" ${counts}>`,
    `  <testsuite name="${suite}" ${counts}>`,
    ...judged.map(
      (one) => `    <testcase classname="plimsoll.${suite}" name="${xmlAttribute(one.text)}">${detail(one)}</testcase>`,
    ),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
