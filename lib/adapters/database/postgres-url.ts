import { z } from 'zod';

const SCHEMES = new Set(['postgres:', 'postgresql:']);
const LENGTH_MAX = 4_096;
const PORT = 5_432;

export const POSTGRES_URL_ALLOWED =
	"'postgres://user@host:5432/database', with ?sslmode= (disable, require, verify-full or no-verify), sslrootcert=, sslcert=, " +
	'sslkey= or host=/socket/folder; the password in it or in ROLLCALL_DATABASE_PASSWORD, special characters as %XX';

/** `require` is what it sounds like: the certificate is verified. That is also what the pg library means by it. */
const SSL_MODES = ['disable', 'require', 'verify-full', 'no-verify'] as const;
const file = z.string().min(1).max(1_024);
const parametersSchema = z.strictObject({
	sslmode: z.enum(SSL_MODES).optional(),
	sslrootcert: file.optional(),
	sslcert: file.optional(),
	sslkey: file.optional(),
	host: z
		.string()
		.regex(/^\/[^\0]{1,100}$/)
		.optional(),
});

export type PostgresUrl = {
	/** As the pg library takes it, password included. */
	readonly connectionString: string;
	/** Server and database alone. */
	readonly place: string;
	readonly hasPassword: boolean;
};

export const isPostgresUrl = (text: string): boolean => /^postgres(ql)?:\/\//i.test(text);

/** null: it is none that Rollcall takes (POSTGRES_URL_ALLOWED). */
export function parsePostgresUrl(text: string): PostgresUrl | null {
	const url = text.length <= LENGTH_MAX && isPostgresUrl(text) ? parse(text) : null;
	if (url === null || !SCHEMES.has(url.protocol) || url.hash !== '') {
		return null;
	}
	const given = [...url.searchParams.entries()];
	const parameters = parametersSchema.safeParse(Object.fromEntries(given));
	const database = decoded(url.pathname.slice(1));
	const user = decoded(url.username);
	const once = new Set(given.map(([name]) => name)).size === given.length;
	if (!parameters.success || !once || database === null || user === null || decoded(url.password) === null) {
		return null;
	}
	const socket = parameters.data.host;
	const isPlain = database !== '' && !database.includes('/') && !database.includes('\0') && database.length <= 63;
	if (!isPlain || (url.hostname === '') === (socket === undefined)) {
		return null;
	}
	const hasPassword = url.password !== '';
	if (parameters.data.sslmode === 'require') {
		url.searchParams.set('sslmode', 'verify-full');
	}
	const port = url.port === '' ? PORT : Number(url.port);
	const server = socket === undefined ? `${url.hostname.toLowerCase()}:${port}` : '';
	const place = `postgres://${server}/${encodeURIComponent(database)}${socket === undefined ? '' : `?host=${socket}`}`;
	return { connectionString: url.href, place, hasPassword };
}

/** The URL with this password, which is not parsed but put in its place. Throws a TypeError on what is no URL. */
export function withPassword(text: string, password: string): string {
	const url = new URL(text);
	url.password = encodeURIComponent(password);
	return url.href;
}

function parse(text: string): URL | null {
	return URL.canParse(text) ? new URL(text) : null;
}

/** null: a %XX that is none. */
function decoded(text: string): string | null {
	try {
		return decodeURIComponent(text);
	} catch (error) {
		if (error instanceof URIError) {
			return null;
		}
		throw error;
	}
}
