/** For a field that takes ids, paths or names of accounts: a phone's keyboard must neither correct nor capitalise them. */
export const FOR_IDS = { autoCapitalize: 'off', autoCorrect: 'off', spellCheck: false } as const;
