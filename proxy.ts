import { type NextRequest, NextResponse } from 'next/server';

/**
 * Every page gets a fresh nonce and the headers that keep it to itself; a page asked for without any session cookie
 * becomes the sign-in page. Whether a cookie is worth anything is decided by the page (lib/http/page-identity.ts).
 */
export function proxy(request: NextRequest): NextResponse {
	const nonce = btoa(crypto.randomUUID());
	const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === 'development');
	const { pathname, search } = request.nextUrl;
	if (pathname !== '/sign-in' && !SESSION_COOKIES.some((name) => request.cookies.has(name))) {
		const signIn = new URL('/sign-in', request.url);
		if (pathname !== '/') {
			signIn.searchParams.set('next', `${pathname}${search}`.slice(0, 2_000));
		}
		return guarded(NextResponse.redirect(signIn, 307), policy);
	}
	const headers = new Headers(request.headers);
	headers.set('x-nonce', nonce);
	// Next takes the nonce for its own scripts from here.
	headers.set('content-security-policy', policy);
	return guarded(NextResponse.next({ request: { headers } }), policy);
}

/** Routes have their own headers, and assets need none. */
export const config = {
	matcher: [{ source: '/((?!api/|_next/static/|_next/image|favicon\\.ico|icon\\.svg|robots\\.txt).*)' }],
};

/** As lib/adapters/auth names it, with http and with https. */
const SESSION_COOKIES = ['rollcall.session_token', '__Secure-rollcall.session_token'];

function contentSecurityPolicy(nonce: string, development: boolean): string {
	return [
		"default-src 'self'",
		// React's development build evaluates code to rebuild stack traces.
		`script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
		development ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
		"style-src-attr 'unsafe-inline'",
		"img-src 'self' data: blob:",
		"font-src 'self'",
		`connect-src 'self'${development ? ' ws:' : ''}`,
		"worker-src 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	].join('; ');
}

function guarded(response: NextResponse, policy: string): NextResponse {
	const { headers } = response;
	headers.set('content-security-policy', policy);
	headers.set('x-content-type-options', 'nosniff');
	headers.set('x-frame-options', 'DENY');
	headers.set('referrer-policy', 'same-origin');
	headers.set('cross-origin-opener-policy', 'same-origin');
	headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
	if (process.env.ROLLCALL_BASE_URL?.startsWith('https://') === true) {
		headers.set('strict-transport-security', 'max-age=31536000');
	}
	return response;
}
