'use client';

import type { Verdict } from '@/lib/core/reason';
import { useMessages } from '../messages/use-messages';
import { VERDICT_INK, VerdictSign } from './verdict-sign';

export function VerdictName({ verdict }: { verdict: Verdict }) {
	const { t } = useMessages();
	return (
		<span className={`inline-flex items-center gap-1.5 font-semibold whitespace-nowrap ${VERDICT_INK[verdict]}`}>
			<VerdictSign verdict={verdict} />
			{t.verdicts.names[verdict]}
		</span>
	);
}
