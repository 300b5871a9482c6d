'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useRef } from 'react';
import { useMessages } from '../messages/use-messages';
import { CopyText } from '../purge/copy-text';

/** A secret that nobody can look up later, with a button that copies it. */
export function ShownOnce(props: { kind: 'user' | 'token' | 'webhook'; name: string; secret: string }) {
	const { t } = useMessages();
	const { once, close } = t.settings.dialog;
	const words = once[props.kind];
	const title = useRef<HTMLHeadingElement>(null);
	// The form that had the focus is gone.
	useEffect(() => title.current?.focus(), []);
	return (
		<>
			<div className="px-5 pt-5 pb-5 sm:px-6">
				<Dialog.Title
					ref={title}
					tabIndex={-1}
					className="text-heading leading-6 font-bold tracking-tight outline-none wrap-anywhere"
				>
					{words.title(props.name)}
				</Dialog.Title>
				<Dialog.Description className="mt-1.5 text-lead text-ink2">
					{words.text} <b className="font-semibold text-ink">{once.notAgain}</b>
				</Dialog.Description>
				<p className="panel mt-4 bg-bg px-3 py-3" data-testid="shown-once">
					<CopyText text={props.secret} name={words.name} />
				</p>
			</div>
			<div className="flex justify-end border-t border-line bg-bg px-5 py-3.5 sm:px-6">
				<Dialog.Close className="btn">{close}</Dialog.Close>
			</div>
		</>
	);
}
