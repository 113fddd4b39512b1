/** Verdicts as JUnit XML, the form that every CI system reads. */
import type { ComparisonVerdict } from '../compare/index.js';
import type { GateReport } from '../gate/index.js';
import type { ComparisonFormat, ExportFormat, Inconclusive } from './format.js';
import { judgedIn, judgedInRun, standingOf, type Judged, type Standing } from './judged.js';

export const junit: ExportFormat = {
  file: 'junit.xml',
  contentOf: ({ gates }, { inconclusive }) => junitXml(gates, inconclusive),
};

const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/**
 * Whether XML 1.0 allows a code point (section 2.2); the C1 controls it allows but discourages are left out too, and
 * the controls that turn the direction of a text, which would hide what it says.
 */
function isAllowed(code: number): boolean {
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return false;
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

function detail(judged: Judged, standing: Standing): string {
  const { verdict, why } = judged;
  const message = xmlAttribute(why);
  switch (standing) {
    case 'passed':
      return '';
    case 'noticed':
    case 'undecided':
      return `<skipped message="${verdict}: ${message}"/>`;
    case 'warned':
      return `<skipped message="warning, ${verdict}: ${message}"/>`;
    case 'failed':
      return `<failure type="${verdict}" message="${message}"/>`;
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
 * One test case a gate: regress is a failure, invalid an error, inconclusive skipped with its reason, or a failure
 * where the pipeline wants that. A run that is invalid or doubtful without having gates is one such test case, so that
 * no pipeline takes it for a pass.
 */
export function junitXml(report: GateReport, policy: Inconclusive = 'default'): string {
  const { verdict } = report;
  const why = report.results.length === 0 ? OF_RUN[verdict] : undefined;
  const ofRun: readonly Judged[] =
    why === undefined ? [] : [{ text: 'the run is valid', verdict, why, level: 'error' }];
  return suiteXml('gates', [...judgedInRun(report), ...ofRun], policy);
}

/**
 * One test case for each gate at each place of each arm. A comparison that is refused, or in which nothing could be
 * judged, is one test case with its reasons.
 */
export const comparisonJunit: ComparisonFormat = {
  file: 'junit.xml',
  contentOf: (comparison, { inconclusive }) => suiteXml('comparison', judgedIn(comparison), inconclusive),
};

function suiteXml(suite: string, judged: readonly Judged[], policy: Inconclusive): string {
  const cases = judged.map((one) => ({ one, standing: standingOf(one, policy) }));
  const counted = (...standings: readonly Standing[]): number =>
    cases.filter(({ standing }) => standings.includes(standing)).length;
  const counts =
    `tests="${cases.length}" failures="${counted('failed')}" errors="${counted('invalid')}" ` +
    `skipped="${counted('noticed', 'warned', 'undecided')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="plimsoll" ${counts}>`,
    `  <testsuite name="${suite}" ${counts}>`,
    ...cases.map(
      ({ one, standing }) =>
        `    <testcase classname="plimsoll.${suite}" name="${xmlAttribute(one.text)}">` +
        `${detail(one, standing)}</testcase>`,
    ),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
