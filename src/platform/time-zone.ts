/** The name of the machine's time zone, and the locale of this process. */
import { readlinkSync } from 'node:fs';

/** Where Linux and macOS link to the rules of the machine's zone. */
const LINK = '/etc/localtime';
/** Names under which a zone database keeps UTC too. */
const UTC = /^(?:Etc\/)?(?:UTC|UCT|GMT|Universal|Zulu)$/;

/**
 * The IANA name of the time zone, such as `Europe/Vienna`. It is read from the system's link where there is one: the
 * library that formats dates is loaded for the answer else, in some 20 ms of every short run.
 * `variable`, `linkTarget`: seams for tests.
 */
export function timeZone(
  variable: string | undefined = process.env['TZ'],
  linkTarget: () => string = () => readlinkSync(LINK),
): string {
  const linked = variable === undefined ? zoneOfLink(linkTarget) : null;
  return linked ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function zoneOfLink(linkTarget: () => string): string | null {
  try {
    const [, name = null] = /\/zoneinfo\/(?:posix\/|right\/)?([\w+/-]+)$/.exec(linkTarget()) ?? [];
    return name !== null && UTC.test(name) ? 'UTC' : name;
  } catch {
    return null;
  }
}

/** The locale as a BCP 47 tag, such as `en-US`: from the rules of plurals, the smallest part of `Intl` to load. */
export const locale = (): string => new Intl.PluralRules().resolvedOptions().locale;
