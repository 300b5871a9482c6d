import { answering } from '@/lib/http/answer';
import { bearsMetricsToken, metricsRegistry } from '@/lib/http/metrics';
import { API_HEADERS } from '@/lib/http/problem';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

async function scrape(): Promise<Response> {
	const registry = metricsRegistry();
	return new Response(await registry.metrics(), {
		headers: { ...API_HEADERS, 'content-type': registry.contentType },
	});
}

const forReaders = answering({ roles: READERS }, scrape);

export async function GET(request: Request, context: { params: Promise<unknown> }): Promise<Response> {
	return bearsMetricsToken(request.headers, process.env.ROLLCALL_METRICS_TOKEN)
		? scrape()
		: forReaders(request, context);
}
