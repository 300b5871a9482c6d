import { answeringStrangers } from '@/lib/http/answer';
import { sourceAddressOf } from '@/lib/http/source-address';

export const dynamic = 'force-dynamic';

const serve = answeringStrangers(({ request, rollcall }) =>
	rollcall.auth.handle(request, sourceAddressOf(request.headers)),
);

export { serve as GET, serve as POST };
