// @ts-check
/** Set-up cannot go on: the message is one line that says what is missing and what to do. */
export class SetupError extends Error {}
