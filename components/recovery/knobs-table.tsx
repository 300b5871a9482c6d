'use client';

import { useState } from 'react';
import type { RuntimeKnob } from '@/lib/core/settings';
import { Part } from '../ensemble/part';
import { useMessages } from '../messages/use-messages';
import { countInvalid, type KnobDrafts, readDrafts, toChanges } from './knob-draft';
import { KnobRow } from './knob-row';
import type { PartProps } from './recovery-page';

/** Every knob with what it is, what the config says and what it means; several are changed and saved together. */
export function KnobsTable({ view, role, old, onAsk }: PartProps) {
	const { t } = useMessages();
	const [drafts, setDrafts] = useState<KnobDrafts | null>(null);
	const [open, setOpen] = useState<ReadonlySet<RuntimeKnob>>(new Set());
	const read = readDrafts(view.knobs, drafts ?? {});
	const changes = toChanges(view.knobs, read);
	const wrong = countInvalid(read);
	const blocked = role !== 'admin' ? t.recovery.onlyAdmin : old ? t.recovery.notWhileOld : null;
	const { columns } = t.recovery;
	const head = 'px-3 py-2 text-caption font-medium whitespace-nowrap text-ink3';
	function toggle(name: RuntimeKnob) {
		const next = new Set(open);
		if (!next.delete(name)) next.add(name);
		setOpen(next);
	}
	return (
		<Part title={t.recovery.policy} note={t.recovery.policyNote}>
			<form
				className="panel"
				noValidate
				onSubmit={(event) => {
					event.preventDefault();
					if (changes.length > 0 && wrong === 0 && blocked === null) {
						onAsk({ kind: 'knobs', changes, onDone: () => setDrafts(null) });
					}
				}}
			>
				<table className="w-full border-collapse">
					<caption className="sr-only">{t.recovery.policy}</caption>
					<thead>
						<tr>
							<th scope="col" className={`${head} text-left`}>
								{columns.knob}
							</th>
							<th scope="col" className={`${head} text-right`}>
								{columns.value}
							</th>
							<th scope="col" className={`${head} text-right max-md:hidden`}>
								{columns.configured}
							</th>
							<th scope="col" className={`${head} text-right max-md:hidden`}>
								{columns.standard}
							</th>
							<th scope="col" className={head}>
								<span className="sr-only">{columns.explain}</span>
							</th>
						</tr>
					</thead>
					<tbody>
						{view.knobs.map((knob) => (
							<KnobRow
								key={knob.name}
								knob={knob}
								open={open.has(knob.name)}
								onToggle={() => toggle(knob.name)}
								editing={drafts !== null}
								text={drafts?.[knob.name]}
								draft={read.get(knob.name)}
								putBack={blocked === null}
								onType={(text) => setDrafts({ ...drafts, [knob.name]: text })}
							/>
						))}
					</tbody>
				</table>
				<div
					className={`flex flex-wrap items-center justify-end gap-2.5 rounded-b-panel border-t border-line bg-panel px-3.5 py-2.5 ${drafts === null ? '' : 'sticky bottom-0'}`}
				>
					{drafts === null ? (
						<>
							{blocked === null ? null : <span className="text-caption text-ink3">{blocked}</span>}
							<button type="button" className="btn" disabled={blocked !== null} onClick={() => setDrafts({})}>
								{t.recovery.edit}
							</button>
						</>
					) : (
						<>
							<p role="status" className={`mr-auto text-small ${wrong > 0 ? 'text-dead-ink' : 'text-ink2'}`}>
								{t.recovery.editing(changes.length, wrong)}
							</p>
							<button type="button" className="btn" onClick={() => setDrafts(null)}>
								{t.recovery.discard}
							</button>
							<button type="submit" className="btn" disabled={changes.length === 0 || wrong > 0 || blocked !== null}>
								{t.recovery.save}
							</button>
						</>
					)}
				</div>
			</form>
		</Part>
	);
}
