import { answering } from '@/lib/http/answer';
import { SIGN_OFF_BYTES_MAX, signOffRequestSchema } from '@/lib/http/archive-schemas';
import { parseBody } from '@/lib/http/parse';
import { json, ProblemError } from '@/lib/http/problem';
import { ADMINS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

const REFUSALS = ['archive-unknown', 'archive-out-of-order', 'archive-differs'] as const;

export const POST = answering({ roles: ADMINS, write: true }, async ({ request, rollcall, identity }) => {
	const { sha256, reason } = await parseBody(request, signOffRequestSchema, SIGN_OFF_BYTES_MAX);
	try {
		return json({ archive: await rollcall.archives.signOff({ sha256, reason }, identity.actor) });
	} catch (error) {
		throw toProblem(error);
	}
});

/** By name and code: the error comes from the console's copy of its class, and this route has another. */
function toProblem(error: unknown): ProblemError {
	const code =
		error instanceof Error && error.name === 'ArchiveError' && 'code' in error
			? REFUSALS.find((each) => each === error.code)
			: undefined;
	return code === undefined || !(error instanceof Error)
		? new ProblemError('audit-unavailable', `The sign-off is recorded first, and cannot be: ${String(error)}`)
		: new ProblemError(code, error.message, { field: 'sha256' });
}
