'use client';

import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMessages } from '../messages/use-messages';
import { PAGE_KEYS } from './keys';
import { Keys } from './keys-shown';
import { useModifier } from './use-modifier';

function Group({ title, children }: { title: string; children: ReactNode }) {
	return (
		<section>
			<h3 className="mb-1 text-small font-semibold text-ink3">{title}</h3>
			<dl>{children}</dl>
		</section>
	);
}

function Line({ text, keys, between }: { text: string; keys: readonly string[]; between?: string }) {
	return (
		<div className="flex items-center justify-between gap-4 border-t border-line2 py-1.5">
			<dt className="min-w-0">{text}</dt>
			<dd>
				<Keys keys={keys} {...(between === undefined ? {} : { between })} />
			</dd>
		</div>
	);
}

/** Every key there is. */
export function HelpList() {
	const { t } = useMessages();
	const { palette } = t;
	const modifier = useModifier();
	return (
		<>
			<div className="flex items-start gap-3 px-5 pt-5 pb-3 sm:px-6">
				<div className="min-w-0 flex-1">
					<Dialog.Title className="text-heading leading-6 font-bold">{palette.helpTitle}</Dialog.Title>
					<Dialog.Description className="mt-1 text-ink2">{palette.helpText}</Dialog.Description>
				</div>
				<Dialog.Close
					aria-label={t.shell.close}
					title={t.shell.close}
					className="grid size-8 place-items-center rounded-control text-ink3 hover:bg-hover hover:text-ink"
				>
					<X size={17} aria-hidden="true" />
				</Dialog.Close>
			</div>
			<div className="grid gap-x-8 gap-y-5 px-5 pb-6 sm:grid-cols-2 sm:px-6">
				<Group title={palette.helpGroups.goTo}>
					{Object.entries(PAGE_KEYS).map(([key, page]) => (
						<Line key={key} text={t.shell[page]} keys={['G', key.toUpperCase()]} between={palette.afterwards} />
					))}
				</Group>
				<div className="flex flex-col gap-5">
					<Group title={palette.helpGroups.anywhere}>
						<Line text={palette.keys.palette} keys={[modifier, 'K']} between="+" />
						<Line text={palette.keys.help} keys={['?']} />
						<Line text={palette.keys.nextRow} keys={['J']} />
						<Line text={palette.keys.previousRow} keys={['K']} />
					</Group>
					<Group title={palette.helpGroups.lists}>
						<Line text={palette.keys.search} keys={['/']} />
						<Line text={palette.keys.openRow} keys={['Enter']} />
					</Group>
					<Group title={palette.helpGroups.dialogs}>
						<Line text={palette.keys.close} keys={['Esc']} />
					</Group>
				</div>
			</div>
		</>
	);
}
