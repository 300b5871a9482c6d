'use client';

import { Dialog } from '@base-ui/react/dialog';
import { type FormEvent, type RefObject, useId, useMemo, useState } from 'react';
import { useCluster } from '@/components/live/use-cluster';
import { useNow } from '@/components/live/use-now';
import { useMessages } from '@/components/messages/use-messages';
import { Around } from './around';
import { GoesList } from './goes-list';
import { type GuardLine, toExpiry, toGuardLines } from './guard-lines';
import { GuardList } from './guard-list';
import { GuardsStatus } from './guards-status';
import { ApprovalStep, OverrideStep, PurgeFields } from './purge-form';
import {
	type Block,
	decideBlock,
	EMPTY_FORM,
	isAwaitingSecond,
	type PurgeForm,
	type PurgeTarget,
	parseApproval,
	toExcess,
} from './readiness';
import { type Consent, type PlanState, usePlan } from './use-plan';

type PaneProps = {
	cluster: string;
	role: 'viewer' | 'operator' | 'admin';
	targets: readonly PurgeTarget[];
	going: boolean;
	refusal: string | null;
	reasonRef: RefObject<HTMLInputElement | null>;
	onPurge: (form: PurgeForm, consent: Consent) => void;
};

/** What would go and why it may, kept fresh by dry runs, and what it takes to let it go. */
export function PurgePlanPane(props: PaneProps) {
	const { t } = useMessages();
	const { targets, role, going } = props;
	const blockId = useId();
	const nowMs = useNow(200);
	const [form, setForm] = useState<PurgeForm>(EMPTY_FORM);
	// The excess comes from the dry run, which itself depends on what was approved: it is kept between two runs.
	const [excess, setExcess] = useState<number | null>(null);
	const admin = role === 'admin';
	const consent = { override: admin && form.override, approval: admin ? parseApproval(form.approval, excess) : null };
	const state = usePlan(props.cluster, targets, consent, role !== 'viewer' && !going);
	const lines = useMemo(() => (state.plan === null ? [] : toGuardLines(state.plan)), [state.plan]);
	const seenExcess = toExcess(lines);
	if (state.plan !== null && seenExcess !== excess) {
		setExcess(seenExcess);
	}
	const ageMs = Math.max(0, nowMs - state.receivedAtMs);
	const stale = useCluster(props.cluster).connection === 'stale';
	const plan = state.current ? state.plan : null;
	const block = decideBlock({ role, targets, plan, planAgeMs: ageMs, stale, form });
	const unproven = (state.plan ?? []).filter((member) => member.verdict === 'unreachable').map((member) => member.id);
	const fields = { targets, form, onChange: setForm, disabled: going };
	function submit(event: FormEvent): void {
		event.preventDefault();
		if (block === null && !going) {
			props.onPurge(form, consent);
		} else if (block?.code === 'reason-missing') {
			props.reasonRef.current?.focus();
		}
	}
	return (
		<form onSubmit={submit} noValidate>
			{block?.code !== 'incarnation-gone' && <Expiry state={state} ageMs={ageMs} count={targets.length} />}
			<PlanColumns targets={targets} state={state} lines={lines} ageMs={ageMs} viewer={role === 'viewer'} />
			{admin && (unproven.length > 0 || form.override) && (
				<OverrideStep {...fields} names={unproven.slice(0, 5).join(', ')} />
			)}
			{admin && excess !== null && <ApprovalStep {...fields} excess={excess} />}
			{role !== 'viewer' && <PurgeFields {...fields} reasonRef={props.reasonRef} />}
			{props.refusal !== null && (
				<p role="alert" className="border-t border-line px-5 py-3 text-dead-ink sm:px-6.5">
					{t.purge.refusedBeforehand(props.refusal)}
				</p>
			)}
			<Footer {...props} block={block} blockId={blockId} asksSecond={lines.some(isAwaitingSecond)} />
		</form>
	);
}

function PlanColumns(props: {
	targets: readonly PurgeTarget[];
	state: PlanState;
	lines: readonly GuardLine[];
	ageMs: number;
	viewer: boolean;
}) {
	const { t } = useMessages();
	const { targets, state, lines, ageMs } = props;
	return (
		<div className="grid border-t border-line md:grid-cols-[1fr_1.12fr]">
			<section className="px-5 py-4 sm:px-6.5">
				<h3 className="label mb-1">{targets.length === 1 ? t.purge.goes : t.purge.goesMany}</h3>
				<GoesList targets={targets} plan={state.plan} />
			</section>
			{!props.viewer && (
				<section className="border-t border-line px-5 py-4 md:border-t-0 md:border-l md:pl-5.5 sm:pr-6.5">
					<h3 className="label mb-2">{t.purge.guards}</h3>
					{state.plan === null && state.trouble === null ? <GuardSkeleton /> : <GuardList lines={lines} />}
					<GuardsStatus state={state} lines={lines} ageMs={ageMs} />
				</section>
			)}
		</div>
	);
}

function GuardSkeleton() {
	const { t } = useMessages();
	return (
		<div className="flex min-h-47.5 flex-col gap-2">
			<p className="text-small text-ink3">{t.purge.checking}</p>
			{['w-4/5', 'w-3/5', 'w-2/3', 'w-1/2', 'w-3/5', 'w-2/5'].map((width, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of bars
				<div key={index} className={`skeleton h-4 ${width}`} />
			))}
		</div>
	);
}

/** 'Left alone, ZooKeeper removes it in 24 s.', counting down between two dry runs. */
function Expiry({ state, ageMs, count }: { state: PlanState; ageMs: number; count: number }) {
	const { t, f } = useMessages();
	if (state.plan === null) {
		return null;
	}
	const expiry = toExpiry(state.plan, ageMs);
	const several = expiry !== null && Math.ceil(expiry.firstMs / 1000) !== Math.ceil(expiry.lastMs / 1000);
	return (
		<p className="-mt-3 px-5 pb-4 text-lead text-ink2 sm:px-6.5" data-testid="expiry">
			{expiry === null && t.purge.leftAloneUnknown(count)}
			{expiry !== null && expiry.lastMs <= 0 && t.purge.leftAloneDue}
			{expiry !== null && expiry.lastMs > 0 && (
				<Around text={t.purge.leftAlone(count)}>
					<strong className="font-bold text-ink">
						{several ? t.purge.range(expiry.firstMs, expiry.lastMs) : f.countdown(expiry.lastMs)}
					</strong>
				</Around>
			)}
		</p>
	);
}

function Footer(props: PaneProps & { block: Block | null; blockId: string; asksSecond: boolean }) {
	const { t } = useMessages();
	const { targets, going, block, blockId } = props;
	const id = targets[0]?.id ?? '';
	const dead = going || block !== null;
	return (
		<div className="sticky bottom-0 flex flex-wrap items-center justify-end gap-2.5 border-t border-line bg-bg px-5 py-3.5 sm:px-6.5">
			<p id={blockId} className="mr-auto min-w-0 basis-full text-small text-ink2 sm:flex-1 sm:basis-0">
				{going ? t.purge.going(targets.length, id) : <BlockText block={block} asksSecond={props.asksSecond} />}
			</p>
			<Dialog.Close className="btn" disabled={going}>
				{t.purge.cancel}
			</Dialog.Close>
			{props.role !== 'viewer' && (
				// Not `disabled`: it must stay reachable by keyboard to say why it is dead.
				<button
					type="submit"
					aria-disabled={dead}
					aria-describedby={blockId}
					className={
						dead
							? 'btn max-w-full cursor-not-allowed border-line! bg-transparent! text-ink3!'
							: 'btn btn-danger max-w-full'
					}
				>
					<span className="truncate">
						{going
							? t.purge.going(targets.length, id)
							: props.asksSecond
								? t.purge.goAsk
								: t.purge.go(targets.length, id)}
					</span>
				</button>
			)}
		</div>
	);
}

function BlockText({ block, asksSecond }: { block: Block | null; asksSecond: boolean }) {
	const { t } = useMessages();
	switch (block?.code) {
		case undefined:
			return asksSecond ? t.purge.waitsForSecond : t.purge.recorded;
		case 'role':
			return t.purge.blocked.role;
		case 'stale':
			return t.member.purgeStale;
		case 'plan-missing':
			return t.purge.blocked.planMissing;
		case 'plan-old':
			return t.purge.blocked.planOld;
		case 'incarnation-gone':
			return t.purge.blocked.gone(block.ids.slice(0, 5));
		case 'guards':
			return t.purge.blocked.guards(block.failing, block.unknown);
		case 'reason-missing':
			return t.purge.blocked.reason;
		case 'confirm-mismatch':
			return t.purge.blocked.confirm(block.expected);
	}
}
