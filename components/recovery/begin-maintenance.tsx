'use client';

import { type RefObject, useId, useMemo, useState } from 'react';
import type { MaintenanceTarget } from '@/lib/core/settings';
import { useCluster } from '../live/use-cluster';
import { useNow } from '../live/use-now';
import { useMessages } from '../messages/use-messages';
import { FOR_IDS } from '../shell/for-ids';
import { chooseMember, offerMembers, parseUntil } from './maintenance-target';
import { ReasonForm } from './reason-form';
import { beginMaintenance } from './recovery-client';
import type { DialogsProps } from './recovery-dialogs';

type Kind = MaintenanceTarget['kind'];

const KINDS: readonly Kind[] = ['member', 'group', 'cluster'];
const DURATIONS_MS = [30 * 60_000, 2 * 3_600_000, 8 * 3_600_000] as const;
/** Groups offered; one registry has a handful. */
const GROUPS_MAX = 200;

/** Who is left alone, until when and why. */
export function BeginMaintenance(props: DialogsProps & { path: string | null; going: RefObject<boolean> }) {
	const { clusterId, onClose, onDone, going } = props;
	const { t, f } = useMessages();
	const live = useCluster(clusterId);
	const nowMs = useNow(1000, live.clockOffsetMs);
	const [kind, setKind] = useState<Kind>('member');
	const [member, setMember] = useState(props.path ?? '');
	const [group, setGroup] = useState<string | null>(null);
	const [forMs, setForMs] = useState<number | null>(DURATIONS_MS[0]);
	const [date, setDate] = useState('');
	const { begin } = t.recovery.dialog;
	const version = live.verdictsVersion;
	// biome-ignore lint/correctness/useExhaustiveDependencies: `version` rises when somebody comes or goes
	const groups = useMemo(
		() => [...new Set([...live.members.values()].map((row) => row.group))].sort().slice(0, GROUPS_MAX),
		[version],
	);
	// biome-ignore lint/correctness/useExhaustiveDependencies: as above
	const offered = useMemo(() => offerMembers(member, live.members.values()), [member, version]);
	const chosenGroup = group ?? groups[0] ?? null;
	const choice = chooseMember(member, live.members.values());
	const untilMs = forMs === null ? parseUntil(date, nowMs) : nowMs + forMs;
	const target = toTarget();
	const memberBlock =
		choice.kind === 'missing'
			? begin.memberMissing
			: choice.kind === 'ambiguous'
				? begin.memberAmbiguous(choice.count)
				: begin.memberUnknown;
	const block = target === null ? memberBlock : untilMs === null ? begin.dateInvalid : null;
	function toTarget(): MaintenanceTarget | null {
		switch (kind) {
			case 'member':
				return choice.kind === 'found' ? { kind, path: choice.path } : null;
			case 'group':
				return chosenGroup === null ? null : { kind, group: chosenGroup };
			case 'cluster':
				return { kind };
		}
	}
	return (
		<ReasonForm
			title={begin.title}
			text={begin.text}
			go={begin.go}
			block={block}
			going={going}
			send={(reason) =>
				target === null || untilMs === null
					? Promise.resolve({ kind: 'turned-down', detail: block ?? '' })
					: beginMaintenance(clusterId, { target, untilMs, reason })
			}
			onDone={(view) => {
				onDone(view);
				onClose();
			}}
		>
			<div className="flex flex-col gap-4 px-5 pb-4 sm:px-6">
				<fieldset>
					<legend className="mb-1 text-small text-ink2">{begin.target}</legend>
					<Choices
						name="kind"
						options={KINDS.map((each) => ({ value: each, text: begin.kinds[each] }))}
						value={kind}
						onChoose={setKind}
					/>
					{kind === 'member' ? (
						<MemberField
							value={member}
							onChange={setMember}
							offered={offered}
							absent={choice.kind === 'found' && !choice.registered}
						/>
					) : null}
					{kind === 'group' ? (
						<select
							aria-label={begin.group}
							className="field mt-2"
							value={chosenGroup ?? ''}
							onChange={(event) => setGroup(event.target.value)}
						>
							{groups.map((each) => (
								<option key={each} value={each}>
									{each === '' ? begin.noGroup : each}
								</option>
							))}
						</select>
					) : null}
				</fieldset>
				<fieldset>
					<legend className="mb-1 text-small text-ink2">{begin.until}</legend>
					<Choices
						name="until"
						options={[
							...DURATIONS_MS.map((ms) => ({
								value: String(ms),
								text: ms < 3_600_000 ? begin.inMinutes(ms / 60_000) : begin.inHours(ms / 3_600_000),
							})),
							{ value: 'date', text: begin.date },
						]}
						value={forMs === null ? 'date' : String(forMs)}
						onChoose={(value) => setForMs(value === 'date' ? null : Number(value))}
					/>
					{forMs === null ? (
						<input
							type="datetime-local"
							aria-label={begin.dateLabel}
							className="field mt-2 max-w-65"
							value={date}
							onChange={(event) => setDate(event.target.value)}
						/>
					) : null}
					{untilMs === null ? null : (
						<p className="mt-1.5 text-small text-ink3">{begin.endsAt(f.toTheMinute(untilMs))}</p>
					)}
				</fieldset>
			</div>
		</ReasonForm>
	);
}

/** Radio buttons that look like the page's chips. */
function Choices<T extends string>(props: {
	name: string;
	options: readonly { value: T; text: string }[];
	value: T;
	onChoose: (value: T) => void;
}) {
	const name = `${props.name}${useId()}`;
	return (
		<div className="flex flex-wrap gap-1.5">
			{props.options.map(({ value, text }) => (
				<label
					key={value}
					className="chip cursor-pointer has-checked:border-ink has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
				>
					<input
						type="radio"
						name={name}
						value={value}
						checked={props.value === value}
						onChange={() => props.onChoose(value)}
						className="sr-only"
					/>
					{text}
				</label>
			))}
		</div>
	);
}

function MemberField(props: {
	value: string;
	onChange: (value: string) => void;
	offered: readonly { path: string; id: string }[];
	absent: boolean;
}) {
	const { t } = useMessages();
	const { begin } = t.recovery.dialog;
	const listId = useId();
	return (
		<>
			<input
				aria-label={begin.member}
				className="field mt-2"
				list={listId}
				value={props.value}
				onChange={(event) => props.onChange(event.target.value)}
				placeholder={begin.memberHint}
				autoComplete="off"
				{...FOR_IDS}
			/>
			<datalist id={listId}>
				{props.offered.map(({ path, id }) => (
					<option key={path} value={path}>
						{id}
					</option>
				))}
			</datalist>
			{props.absent ? <p className="mt-1 text-small text-ink3">{begin.memberAbsent}</p> : null}
		</>
	);
}
