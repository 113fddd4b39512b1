/** Texts and values of any kind. */

/** Text that may hold `${port}`, `${service.NAME.url}` or `${secret.NAME}`, filled in when the stack comes up. */
export type LateText = string;
