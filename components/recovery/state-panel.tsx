'use client';

import { OctagonX } from 'lucide-react';
import type { RecoveryView } from '@/lib/core/recovery-view';
import { useMessages } from '../messages/use-messages';
import { Age } from '../verdict/age';
import type { PartProps } from './recovery-page';
import { type RecoveryState, toRecoveryState } from './recovery-state';

/** Colour and shape of each state; the sentence beside it says the same. */
const SIGNS: Record<RecoveryState, string> = {
	on: 'rounded-full bg-ok',
	off: 'rounded-full border-2 border-field',
	'all-off': 'rounded-full border-2 border-field',
	maintenance: 'rounded-mark bg-superseded',
	'held-back': 'rounded-mark bg-suspect',
	'kill-switch': 'rounded-mark bg-dead',
	'settings-unknown': 'rounded-mark bg-dead',
};

function useLatchSentence({ state, holder }: RecoveryView['latch']): string {
	const { t } = useMessages();
	switch (state) {
		case 'held':
			return t.recovery.latchHeld;
		case 'waiting':
			return t.recovery.latchWaiting(holder);
		case 'unknown':
			return t.recovery.latchUnknown;
	}
}

/** The page's answer to 'what happens by itself just now?', and the one control that ends it. */
export function StatePanel(props: PartProps) {
	const { t, f } = useMessages();
	const { view, nowMs } = props;
	const state = toRecoveryState(view, nowMs);
	const latch = useLatchSentence(view.latch);
	return (
		<section
			aria-labelledby="recovery-state"
			data-recovery={state}
			className={`panel grid nav:grid-cols-[1fr_auto] ${state === 'kill-switch' || state === 'settings-unknown' ? 'border-dead!' : ''}`}
		>
			<div className="min-w-0 px-5 py-4">
				<h2 id="recovery-state" className="flex items-start gap-2.5 text-title leading-7 font-bold">
					<span aria-hidden="true" className={`mt-2.5 size-2.5 shrink-0 ${SIGNS[state]}`} />
					<span role="status">{t.recovery.states[state]}</span>
				</h2>
				<p className="mt-1 max-w-text text-lead text-ink2">
					{t.recovery.stateTexts[state]}
					{f.sentenceGap}
					<span className="wrap-anywhere">{latch}</span>
				</p>
				<HeldBack held={view.heldBack} />
				<Radius radius={view.blastRadius} />
			</div>
			<KillSwitch {...props} />
		</section>
	);
}

function HeldBack({ held }: { held: RecoveryView['heldBack'] }) {
	const { t, f } = useMessages();
	if (held.length === 0) return null;
	return (
		<>
			<h3 className="label mt-3 tracking-normal">{t.recovery.heldBack}</h3>
			<ul className="mt-0.5 flex flex-col gap-1" data-testid="held-back">
				{held.map((one) => (
					<li key={`${one.guard} ${one.code} ${JSON.stringify(one.facts)}`} className="wrap-anywhere">
						<b className="font-semibold">{t.purge.guardNames[one.guard]}</b>
						{f.colon}
						{t.purge.guardCodes[one.code](one.facts)}
						{f.sentenceGap}
						<span className="whitespace-nowrap text-suspect-ink">{t.recovery.waiting(one.members)}</span>
					</li>
				))}
			</ul>
		</>
	);
}

function Radius({ radius }: { radius: RecoveryView['blastRadius'] }) {
	const { t, f } = useMessages();
	const full = radius !== null && radius.used >= radius.allowed;
	const share = radius === null || radius.allowed === 0 ? 0 : Math.min(100, (radius.used / radius.allowed) * 100);
	return (
		<p className="mt-3 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-body text-ink2">
			<span>
				{t.recovery.radius}
				{f.colon}
				<span className={full ? 'text-suspect-ink' : ''}>
					{radius === null
						? t.recovery.radiusUnknown
						: t.recovery.radiusUsed(radius.used, radius.allowed, radius.windowMs)}
				</span>
			</span>
			{radius === null ? null : (
				<span aria-hidden="true" className="h-1.5 w-28 overflow-hidden rounded-mark bg-line">
					<span className={`block h-full ${full ? 'bg-suspect' : 'bg-field'}`} style={{ width: `${share}%` }} />
				</span>
			)}
		</p>
	);
}

/** Never closed because the page is old: to stop is always allowed to be tried. */
function KillSwitch({ view, role, old, nowMs, onAsk }: PartProps) {
	const { t, f } = useMessages();
	const on = view.killSwitch;
	const notReleased = role !== 'admin' ? t.recovery.onlyAdmin : old ? t.recovery.notWhileOld : null;
	const notPulled = role === 'viewer' ? t.recovery.onlyOperator : null;
	const why = on === null ? notPulled : notReleased;
	return (
		<div
			className="flex flex-col items-start gap-2 border-line px-5 py-4 max-nav:border-t nav:w-75 nav:border-l"
			data-kill-switch={on === null ? 'off' : 'on'}
		>
			<p className="flex w-full items-baseline justify-between gap-3">
				<span className="font-semibold">{t.recovery.killSwitch}</span>
				<span className={on === null ? 'text-ink3' : 'font-bold text-dead-ink'}>
					{on === null ? t.recovery.killSwitchOff : t.recovery.killSwitchOn}
				</span>
			</p>
			{on === null ? (
				<p className="text-body text-ink2">{t.recovery.killSwitchText}</p>
			) : (
				<div className="w-full text-body text-ink2 wrap-anywhere">
					<p>
						{t.recovery.killSwitchBy(on.by)} <Age atMs={on.atMs} nowMs={nowMs} text={f.ago} />
					</p>
					<p className="mt-1 max-h-24 overflow-y-auto rounded-control bg-hover px-2.5 py-1.5 text-ink">{on.reason}</p>
				</div>
			)}
			<button
				type="button"
				className={`btn mt-1 w-full ${on === null ? 'btn-danger min-h-10! pointer-coarse:min-h-11!' : ''}`}
				disabled={why !== null}
				onClick={() => onAsk({ kind: 'kill-switch', on: on === null })}
			>
				{on === null ? <OctagonX aria-hidden size={16} /> : null}
				{on === null ? t.recovery.pull : t.recovery.release}
			</button>
			{why === null ? null : <p className="text-caption text-ink3">{why}</p>}
		</div>
	);
}
