'use client';

import { Link2, Link2Off } from 'lucide-react';
import { useState } from 'react';
import { ApiError, fetchJson } from '@/components/live/fetch-json';
import { useMessages } from '@/components/messages/use-messages';
import { CopyText } from '@/components/purge/copy-text';
import type { AuditVerifyView } from '@/lib/core/view';
import { Moment } from './moment';

type State =
	| { kind: 'idle' }
	| { kind: 'checking' }
	| { kind: 'failed'; detail: string }
	| { kind: 'known'; view: AuditVerifyView };

/** Walks the whole chain when asked, since that reads every entry, and says what it found. */
export function ChainStatus() {
	const { t } = useMessages();
	const [state, setState] = useState<State>({ kind: 'idle' });
	async function check(): Promise<void> {
		setState({ kind: 'checking' });
		try {
			setState({ kind: 'known', view: await fetchJson<AuditVerifyView>('/api/audit/verify') });
		} catch (error) {
			if (!(error instanceof ApiError)) throw error;
			setState({ kind: 'failed', detail: error.message || error.code });
		}
	}
	return (
		<div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-small">
			<button type="button" className="btn" onClick={check} disabled={state.kind === 'checking'}>
				{t.audit.verify}
			</button>
			<div role="status" className="flex min-w-0 flex-wrap items-center gap-x-2" data-testid="chain">
				{state.kind === 'checking' && <span className="text-ink2">{t.audit.verifying}</span>}
				{state.kind === 'failed' && <span className="text-dead-ink">{t.audit.chainFailed(state.detail)}</span>}
				{state.kind === 'known' && <Found view={state.view} />}
			</div>
		</div>
	);
}

function Found({ view }: { view: AuditVerifyView }) {
	const { t } = useMessages();
	if (view.firstBroken !== null) {
		return <Alarm text={t.audit.chainBroken(view.firstBroken)} />;
	}
	return (
		<>
			<span className="flex items-center gap-2 text-alive-ink">
				<Link2 aria-hidden size={15} />
				{view.entries === 0 ? t.audit.chainEmpty : t.audit.chainOk(view.entries)}
			</span>
			{view.head !== null && (
				<span className="flex min-w-0 items-center gap-1.5 text-ink3">
					{t.audit.head} <CopyText text={view.head} shown={`${view.head.slice(0, 12)}…`} name={t.audit.head} />
				</span>
			)}
			<Heads heads={view.heads} />
		</>
	);
}

/** What ZooKeeper says of the same chain. */
function Heads({ heads }: { heads: AuditVerifyView['heads'] }) {
	const { t } = useMessages();
	const { contradicted, lost, unreachable, newest } = heads;
	return (
		<>
			{contradicted !== null && (
				<Alarm
					text={t.audit.headsContradict(contradicted.cluster, contradicted.agreesUpTo + 1, contradicted.sequence)}
				/>
			)}
			{lost.map(({ cluster, detail }) => (
				<Alarm key={cluster} text={t.audit.headsLost(cluster, detail)} />
			))}
			{contradicted === null && lost.length === 0 && newest !== null && (
				<span className="flex items-center gap-1.5 text-ink3">
					{t.audit.headsAgree(newest.sequence)} <Moment at={new Date(newest.atMs).toISOString()} />
				</span>
			)}
			{contradicted === null && lost.length === 0 && newest === null && (
				<span className="text-ink3">{t.audit.headsNone}</span>
			)}
			{unreachable.length > 0 && <span className="text-suspect-ink">{t.audit.headsUnreachable(unreachable)}</span>}
		</>
	);
}

function Alarm({ text }: { text: string }) {
	return (
		<p className="flex max-w-text gap-2 font-medium text-dead-ink">
			<Link2Off aria-hidden size={15} className="mt-px shrink-0" />
			{text}
		</p>
	);
}
