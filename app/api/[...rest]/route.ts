import { ProblemError, problem } from '@/lib/http/problem';

export const dynamic = 'force-dynamic';

/** Nothing is here, and a script is told so as everywhere else in the API, not with a page. */
function nothing(): Response {
	return problem(new ProblemError('not-found', 'GET /api/openapi.json lists what there is.'));
}

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT };
