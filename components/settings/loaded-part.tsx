'use client';

import type { ReactNode } from 'react';
import { Part as Titled } from '../ensemble/part';
import { LoadingText } from '../shell/loading-text';
import type { Part } from './use-settings';
import { useSettingsMessages } from './use-settings-messages';

type Props<T> = {
	title: string;
	note: string;
	part: Part<T>;
	children: (view: T) => ReactNode;
};

/**
 * A titled part: its skeleton, why it is not there, or itself with word that it may be old. Of what is not for this role any more
 * nothing is kept on the page.
 */
export function LoadedPart<T>({ title, note, part, children }: Props<T>) {
	const { t } = useSettingsMessages();
	if (part.refusal === 'forbidden') {
		return (
			<Titled title={title} note={note}>
				<p role="status" className="text-ink2">
					{t.settings.partForbidden}
				</p>
			</Titled>
		);
	}
	const failed = part.failed ? (
		<p role="status" className="mb-2 flex flex-wrap items-center gap-3 text-suspect-ink">
			{t.settings.partFailed}
			<button type="button" className="btn" onClick={part.retry}>
				{t.shell.retry}
			</button>
		</p>
	) : null;
	return (
		<Titled title={title} note={note}>
			{failed}
			{part.view !== null ? (
				children(part.view)
			) : part.failed ? null : (
				<>
					<p className="sr-only">
						<LoadingText />
					</p>
					<div aria-hidden="true" className="skeleton h-32" />
				</>
			)}
		</Titled>
	);
}
