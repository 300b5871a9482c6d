'use client';

import { Hourglass } from 'lucide-react';
import { useId, useState } from 'react';
import type { PendingOverrideView } from '@/lib/core/override-view';
import type { MeView } from '@/lib/core/view';
import { useNow } from '../live/use-now';
import { useMessages } from '../messages/use-messages';
import { OverrideDialogs, type OverrideRequest } from './override-dialogs';
import { useOverrides } from './use-overrides';

type Props = {
	clusterId: string;
	role: MeView['role'];
	/** The console's clock less this browser's. */
	clockOffsetMs: number;
	/** Of one member; null: of the whole cluster. */
	path: string | null;
	className: string;
};

/**
 * Overrides that wait for a second administrator, with what whoever looks may do about them. It holds its dialogs itself and
 * is to be placed above what goes with the member: the outcome is still to be read then.
 */
export function PendingOverrides({ clusterId, role, clockOffsetMs, path, className }: Props) {
	const { t } = useMessages();
	const titleId = useId();
	const nowMs = useNow(1000, clockOffsetMs);
	const { view, retry } = useOverrides(clusterId);
	const [request, setRequest] = useState<OverrideRequest | null>(null);
	const waiting = (view?.overrides ?? []).filter((each) => path === null || each.path === path);
	const blind = view?.secondPerson === true && !view.known;
	return (
		<>
			{waiting.length > 0 || blind ? (
				<section
					aria-labelledby={titleId}
					className={`rounded-panel border border-banner-line bg-banner p-4 ${className}`}
					data-testid="pending-overrides"
				>
					<h2 id={titleId} className="flex items-center gap-2 text-body font-bold">
						<Hourglass aria-hidden="true" size={15} className="text-suspect-ink" />
						{t.overrides.title}
					</h2>
					{blind ? <p className="mt-1 text-body text-ink2">{t.overrides.unknown}</p> : null}
					<ul className="mt-2 flex flex-col gap-3">
						{waiting.map((override) => (
							<Waiting key={override.id} override={override} role={role} nowMs={nowMs} onAsk={setRequest} />
						))}
					</ul>
				</section>
			) : null}
			<OverrideDialogs clusterId={clusterId} request={request} onClose={() => setRequest(null)} onSent={retry} />
		</>
	);
}

function Waiting(props: {
	override: PendingOverrideView;
	role: MeView['role'];
	nowMs: number;
	onAsk: (request: OverrideRequest) => void;
}) {
	const { t } = useMessages();
	const { override, role, nowMs, onAsk } = props;
	const admin = role === 'admin';
	return (
		<li className="flex flex-wrap items-end gap-x-4 gap-y-2" data-override={override.id}>
			<div className="min-w-0 flex-1 basis-60">
				<p className="wrap-anywhere">{t.overrides.sentence(override.requester, override.memberId, override.reason)}</p>
				<p className="text-small text-ink2">
					{nowMs === 0 ? null : t.overrides.expires(override.expiresAtMs - nowMs)}{' '}
					{override.mine ? t.overrides.mine : admin ? null : t.overrides.notAdmin}
				</p>
			</div>
			<div className="flex flex-wrap gap-2">
				{admin && !override.mine ? (
					<button
						type="button"
						className="btn btn-danger"
						aria-label={t.overrides.approve(override.memberId)}
						onClick={() => onAsk({ kind: 'approve', override })}
					>
						{t.overrides.approveShort}
					</button>
				) : null}
				{admin || override.mine ? (
					<button
						type="button"
						className="btn"
						aria-label={t.overrides.withdraw(override.memberId)}
						onClick={() => onAsk({ kind: 'withdraw', override })}
					>
						{t.overrides.withdrawShort}
					</button>
				) : null}
			</div>
		</li>
	);
}
