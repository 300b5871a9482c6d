'use client';

import { Part } from '../ensemble/part';
import type { Catalogue } from '../messages/catalogue';
import { useMessages } from '../messages/use-messages';
import type { PartProps } from './recovery-page';

type Maintenance = PartProps['view']['maintenance'][number];

/** 'Group Gateway', '/turms/members/gateway-07', 'The whole cluster'. */
export function targetText(t: Catalogue, target: Maintenance['target']): string {
	switch (target.kind) {
		case 'member':
			return target.path;
		case 'group':
			return t.recovery.targets.group(target.group);
		case 'cluster':
			return t.recovery.targets.cluster;
	}
}

function Line(props: { one: Maintenance; nowMs: number; blocked: string | null; onEnd: () => void }) {
	const { t, f } = useMessages();
	const { one, nowMs, blocked, onEnd } = props;
	const target = targetText(t, one.target);
	const leftMs = one.untilMs - nowMs;
	return (
		<li
			className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 border-t border-line2 px-3.5 py-2.5 first:border-t-0 sm:grid-cols-[minmax(0,1fr)_auto_auto]"
			data-maintenance={one.id}
		>
			<div className="min-w-0">
				<p className={`wrap-anywhere ${one.target.kind === 'member' ? 'mono' : 'font-semibold'}`}>{target}</p>
				<p className="text-small text-ink2 wrap-anywhere">
					{one.reason} <span className="text-ink3">{t.recovery.by(one.by)}</span>
				</p>
			</div>
			{nowMs === 0 ? null : (
				<time
					dateTime={new Date(one.untilMs).toISOString()}
					title={f.dateTime(one.untilMs)}
					className="whitespace-nowrap text-body max-sm:col-start-1 max-sm:row-start-2 max-sm:text-ink2"
				>
					{leftMs > 0 ? t.recovery.endsIn(leftMs) : t.recovery.ending}
				</time>
			)}
			<button
				type="button"
				className="btn min-h-7! px-2.5! py-0.5! max-sm:row-span-2 max-sm:row-start-1 max-sm:col-start-2"
				disabled={blocked !== null}
				title={blocked ?? undefined}
				aria-label={t.recovery.endOf(target)}
				onClick={onEnd}
			>
				{t.recovery.end}
			</button>
		</li>
	);
}

/** Members, groups and the cluster that are left alone, and until when. */
export function MaintenanceList({ view, role, old, nowMs, onAsk }: PartProps) {
	const { t } = useMessages();
	const blocked = role === 'viewer' ? t.recovery.onlyOperator : old ? t.recovery.notWhileOld : null;
	const current = [...view.maintenance]
		.filter(({ untilMs }) => untilMs > nowMs)
		.sort((a, b) => a.untilMs - b.untilMs || a.id.localeCompare(b.id));
	return (
		<Part title={t.recovery.maintenance} note={t.recovery.maintenanceNote}>
			<div className="panel">
				{current.length === 0 ? (
					<p className="px-3.5 py-3 text-ink2">{t.recovery.noMaintenance}</p>
				) : (
					<ul className="max-h-90 overflow-y-auto" tabIndex={current.length > 6 ? 0 : undefined}>
						{current.map((one) => (
							<Line
								key={one.id}
								one={one}
								nowMs={nowMs}
								blocked={blocked}
								onEnd={() => onAsk({ kind: 'end-maintenance', one })}
							/>
						))}
					</ul>
				)}
				<div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line2 px-3.5 py-2.5">
					<button
						type="button"
						className="btn"
						disabled={blocked !== null}
						onClick={() => onAsk({ kind: 'begin-maintenance', path: null })}
					>
						{t.recovery.begin}
					</button>
					{blocked === null ? null : <span className="text-caption text-ink3">{blocked}</span>}
				</div>
			</div>
		</Part>
	);
}
