/** Names from outside in files that other programs read. */

const LONGEST = 200;

/** One line without control characters, of bounded length. */
export const plainLabel = (text: string): string =>
  text.slice(0, LONGEST).replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
