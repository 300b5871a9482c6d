const USERNAME = /^[a-z0-9][a-z0-9._-]{0,31}$/;
const TOKEN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Whether the API would refuse the name: usernames are taken in lower case, names of tokens as they are. */
export function nameProblem(kind: 'user' | 'token', name: string): boolean {
	return kind === 'user' ? !USERNAME.test(name.toLowerCase()) : !TOKEN_NAME.test(name);
}
