import { ProblemError } from './problem';

/**
 * A browser says where a request comes from: Sec-Fetch-Site, and Origin with every write. A write that comes from
 * another site gets a problem; one that says nothing does not come from a browser's page (and a SameSite=Lax cookie
 * does not travel with a foreign one anyway).
 *
 * `baseUrl` (ROLLCALL_BASE_URL) is the console's own address behind a proxy that rewrites Host; without it the Host
 * header decides, which a foreign page cannot choose.
 */
export function foreignOrigin(headers: Headers, baseUrl: string | null): ProblemError | null {
	const site = headers.get('sec-fetch-site');
	if (site !== null && site !== 'same-origin' && site !== 'none') {
		return new ProblemError('origin-foreign', `The browser says this request comes from another site (${site}).`);
	}
	const origin = headers.get('origin');
	if (origin !== null && !isOwnOrigin(origin, headers.get('host'), baseUrl)) {
		return new ProblemError(
			'origin-foreign',
			`The request comes from a page of '${origin.slice(0, 100)}'. If that is this console's own address behind a proxy, set ROLLCALL_BASE_URL to it.`,
		);
	}
	return null;
}

function isOwnOrigin(origin: string, host: string | null, baseUrl: string | null): boolean {
	if (!URL.canParse(origin)) {
		return false;
	}
	const url = new URL(origin);
	if (baseUrl !== null && URL.canParse(baseUrl) && new URL(baseUrl).origin === url.origin) {
		return true;
	}
	return host !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.host === host.toLowerCase();
}
