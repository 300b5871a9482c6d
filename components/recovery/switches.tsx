'use client';

import { Part } from '../ensemble/part';
import { useMessages } from '../messages/use-messages';
import type { PartProps } from './recovery-page';

type LineProps = {
	/** As the eye sees it, and in a sentence. */
	name: string;
	path: boolean;
	format: string | null;
	on: boolean;
	configured: boolean;
	blocked: string | null;
	/** Null: as the config says. */
	onWant: (to: boolean | null) => void;
};

function Line({ name, path, format, on, configured, blocked, onWant }: LineProps) {
	const { t, f } = useMessages();
	const word = (value: boolean) => (value ? t.recovery.on : t.recovery.off);
	const changed = on !== configured;
	return (
		<li className="flex items-center gap-3 border-t border-line2 px-3.5 py-2.5 first:border-t-0">
			<div className="min-w-0 flex-1">
				<p className={`wrap-anywhere ${path ? 'mono' : 'font-semibold'}`}>{name}</p>
				<p className="text-caption text-ink3">
					{f.join([format, changed ? t.recovery.configured(word(configured)) : t.recovery.asConfigured])}
					{changed && blocked === null ? (
						<>
							{' '}
							<button
								type="button"
								className="min-h-6 text-accent underline"
								aria-label={t.recovery.putBackOf(name)}
								onClick={() => onWant(null)}
							>
								{t.recovery.putBack}
							</button>
						</>
					) : null}
				</p>
			</div>
			<span className={on ? 'text-ink' : 'text-ink3'}>{word(on)}</span>
			<button
				type="button"
				role="switch"
				aria-checked={on}
				aria-label={t.recovery.switchOf(name)}
				disabled={blocked !== null}
				title={blocked ?? undefined}
				onClick={() => onWant(!on)}
				className={`relative h-6 w-10 shrink-0 rounded-full border transition-colors disabled:cursor-not-allowed disabled:opacity-55 ${on ? 'border-ok bg-ok' : 'border-field bg-panel'}`}
			>
				<span
					aria-hidden="true"
					className={`absolute top-1/2 size-4 -translate-y-1/2 left-0.75 rounded-full transition-transform ${on ? 'translate-x-4 bg-panel' : 'bg-field'}`}
				/>
			</button>
		</li>
	);
}

/** The cluster's switch and one for each registration. */
export function Switches({ view, role, old, onAsk }: PartProps) {
	const { t } = useMessages();
	const blocked = role !== 'admin' ? t.recovery.onlyAdmin : old ? t.recovery.notWhileOld : null;
	return (
		<Part title={t.recovery.switches} note={t.recovery.switchesNote}>
			<ul className="panel">
				<Line
					name={t.recovery.wholeCluster}
					path={false}
					format={null}
					on={view.automaticRecovery}
					configured={view.configured}
					blocked={blocked}
					onWant={(to) => onAsk({ kind: 'switch', path: null, to })}
				/>
				{view.registrations.map((registration) => (
					<Line
						key={registration.path}
						name={registration.path}
						path
						format={registration.format}
						on={registration.automaticRecovery}
						configured={registration.configured}
						blocked={blocked}
						onWant={(to) => onAsk({ kind: 'switch', path: registration.path, to })}
					/>
				))}
			</ul>
			{role === 'admin' ? null : <p className="mt-1.5 text-caption text-ink3">{t.recovery.onlyAdmin}</p>}
		</Part>
	);
}
