/** Texts for schemas of type string. */
import type { Random } from '../../random/index.js';
import { matching } from './pattern.js';
import { NoValue, numberIn, type Schema } from './schema.js';

const WORDS = ['hull', 'draught', 'freeboard', 'keel', 'ballast', 'bow', 'stern', 'rudder'];
const LONGEST = 65_536;

/**
 * A text for each format. Addresses are those of this machine, and names those that stand for nothing (RFC 2606): a
 * tool that goes where its arguments say must not be led to others.
 */
const FORMATS: Readonly<Record<string, (random: Random) => string>> = {
  'date-time': () => '2026-01-02T03:04:05Z',
  'iso-date-time': () => '2026-01-02T03:04:05Z',
  date: () => '2026-01-02',
  time: () => '03:04:05Z',
  'iso-time': () => '03:04:05Z',
  duration: () => 'PT1H',
  email: () => 'someone@example.invalid',
  'idn-email': () => 'someone@example.invalid',
  hostname: () => 'localhost',
  'idn-hostname': () => 'localhost',
  ipv4: () => '127.0.0.1',
  ipv6: () => '::1',
  uri: () => 'http://127.0.0.1:9/',
  url: () => 'http://127.0.0.1:9/',
  iri: () => 'http://127.0.0.1:9/',
  'uri-reference': () => '/hull',
  'iri-reference': () => '/hull',
  'uri-template': () => '/hull/{id}',
  'json-pointer': () => '/hull',
  'json-pointer-uri-fragment': () => '#/hull',
  'relative-json-pointer': () => '0/hull',
  regex: () => 'hull',
  uuid: uuidOf,
  byte: () => 'aHVsbA==',
};

/** A text that has the format, or matches the pattern, or is a word; of the right length where that can be had. */
export function textFor(schema: Schema, random: Random): string {
  const least = numberIn(schema, 'minLength') ?? 0;
  const most = numberIn(schema, 'maxLength') ?? Infinity;
  if (least > LONGEST) throw new NoValue(`a text of at least ${least} characters`);
  const { format, pattern } = schema;
  if (typeof pattern === 'string') return matchingWithin(pattern, least, most, random);
  const formatted = typeof format === 'string' && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (formatted !== undefined) return formatted(random);
  if (schema['contentEncoding'] === 'base64') return 'aHVsbA==';
  return wordWithin(least, most, random);
}

/** Some draws of a pattern are too short or too long. */
function matchingWithin(pattern: string, least: number, most: number, random: Random): string {
  let text = '';
  for (let i = 0; i < 16; i++) {
    text = matching(pattern, random);
    if (text.length >= least && text.length <= most) return text;
  }
  const isOpen = !pattern.endsWith('$');
  return text.length < least && isOpen ? text.padEnd(least, 'a') : text;
}

function wordWithin(least: number, most: number, random: Random): string {
  const word = WORDS[random.below(WORDS.length)] ?? 'hull';
  return word.padEnd(least, ` ${word}`).slice(0, Math.max(0, most));
}

/** Version 4, drawn from the seed. */
function uuidOf(random: Random): string {
  const digits = Array.from({ length: 32 }, () => random.below(16).toString(16));
  digits[12] = '4';
  digits[16] = (8 + random.below(4)).toString(16);
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
