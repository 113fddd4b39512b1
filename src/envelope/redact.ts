/** Taking secrets out of what a user typed, URLs and arguments; the caller's redactor takes out known secrets. */

const REDACTED = '[redacted]';
const SECRET_NAME =
  /(pass(word|wd)?|secret|token|api[-_]?key|access[-_]?key|auth(orization)?|credential|signature|sig|cookie|session)$/i;

/** URLs anywhere in a text, without user, password, and values of parameters that are named like a secret. */
export function redactUrls(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]*@/gi, `$1${REDACTED}@`)
    .replace(/([?&;])([^=&;#\s]+)=([^&;#\s]*)/g, (whole, mark: string, name: string) =>
      SECRET_NAME.test(name) ? `${mark}${name}=${REDACTED}` : whole,
    );
}

/** Arguments: URLs as above, values of options named like a secret, and the credentials of an authorization header. */
export function redactArguments(words: readonly string[]): readonly string[] {
  let hideNext = false;
  return words.map((word) => {
    if (hideNext && !word.startsWith('--')) {
      hideNext = false;
      return REDACTED;
    }
    hideNext = false;
    const assignment = /^(-{0,2}[A-Za-z][\w.-]*)=(.*)$/s.exec(word);
    if (assignment !== null) {
      const [, name, value] = assignment as unknown as readonly [string, string, string];
      return SECRET_NAME.test(name) ? `${name}=${REDACTED}` : `${name}=${redactArguments([value])[0] ?? ''}`;
    }
    if (/^--?[A-Za-z]/.test(word) && SECRET_NAME.test(word)) {
      hideNext = true;
      return word;
    }
    return redactUrls(word)
      .replace(/\b(Bearer|Basic)\s+\S+/gi, `$1 ${REDACTED}`)
      .replace(/^([\w-]*(?:authorization|token|key|secret|cookie)):\s*(?!(?:Bearer|Basic) )\S.*$/i, `$1: ${REDACTED}`);
  });
}
