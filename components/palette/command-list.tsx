'use client';

import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { useCluster } from '../live/use-cluster';
import { useMessages } from '../messages/use-messages';
import { chooseLanguage, chooseTheme } from '../shell/choose-preference';
import { FOR_IDS } from '../shell/for-ids';
import { useClusters } from '../shell/use-current-cluster';
import { VerdictSign } from '../verdict/verdict-sign';
import { type Entry, type EntryDeed, type EntryGroup, toEntries } from './entries';
import { Keys } from './keys-shown';

type Props = { cluster: string | null; onDone: () => void; onHelp: () => void };

function Line({ entry, onTake }: { entry: Entry; onTake: (deed: EntryDeed) => void }) {
	const { t } = useMessages();
	return (
		<Autocomplete.Item
			value={entry}
			onClick={() => onTake(entry.deed)}
			data-entry-id={entry.id}
			className="flex min-h-9 cursor-default items-center gap-2.5 rounded-control px-2.5 py-1 outline-none data-highlighted:bg-hover"
		>
			{entry.verdict === null ? null : <VerdictSign verdict={entry.verdict} />}
			<span className="min-w-0 truncate">{entry.text}</span>
			{entry.verdict === null ? null : <span className="text-small text-ink2">{t.verdicts.inline[entry.verdict]}</span>}
			<span className="mono min-w-0 truncate text-ink3">{entry.detail}</span>
			{entry.keys.length === 0 ? null : (
				<span className="ml-auto max-sm:hidden">
					<Keys keys={entry.keys} />
				</span>
			)}
		</Autocomplete.Item>
	);
}

function useTake({ onDone, onHelp }: Props): (deed: EntryDeed) => void {
	const { f } = useMessages();
	const router = useRouter();
	return (deed) => {
		if (deed.kind === 'help') {
			onHelp();
			return;
		}
		onDone();
		if (deed.kind === 'go') {
			router.push(deed.href);
		} else if (deed.kind === 'theme') {
			chooseTheme(deed.theme);
		} else {
			chooseLanguage(f.language === 'en' ? 'zh' : 'en');
			router.refresh();
		}
	};
}

/** A field, and below it what it finds: pages, members of the live roll, clusters, commands. */
export function CommandList(props: Props) {
	const { t } = useMessages();
	const [query, setQuery] = useState('');
	const live = useCluster(props.cluster);
	const { data } = useClusters();
	const take = useTake(props);
	const clusters = data?.clusters;
	// Most events are of latency alone: the list is made anew when verdicts or members change (live-cluster.ts).
	// biome-ignore lint/correctness/useExhaustiveDependencies: verdictsVersion stands for live.members
	const groups = useMemo(
		() => toEntries({ t, query, cluster: props.cluster, clusters: clusters ?? [], members: live.members }),
		[t, query, props.cluster, clusters, live.verdictsVersion],
	);
	return (
		<Autocomplete.Root
			inline
			open
			mode="none"
			items={groups}
			value={query}
			onValueChange={(value, { reason }) => reason === 'item-press' || setQuery(value)}
			itemToStringValue={(entry: Entry) => entry.text}
			autoHighlight="always"
			keepHighlight
		>
			<Dialog.Title className="sr-only">{t.palette.title}</Dialog.Title>
			<div className="flex items-center gap-2.5 border-b border-line px-4">
				<Search size={15} aria-hidden="true" className="shrink-0 text-ink3" />
				<Autocomplete.Input
					aria-label={t.palette.search}
					placeholder={t.palette.search}
					maxLength={200}
					{...FOR_IDS}
					enterKeyHint="go"
					className="min-h-12 w-full bg-transparent text-lead outline-none pointer-coarse:text-heading"
				/>
			</div>
			<Autocomplete.Empty className="px-5 py-6 empty:hidden">
				<b className="font-semibold">{t.palette.none}</b>
				<span className="block text-ink2">{t.palette.noneText}</span>
			</Autocomplete.Empty>
			<Autocomplete.List className="max-h-[min(26.25rem,60vh)] overflow-y-auto p-1.5 empty:hidden">
				{(group: EntryGroup) => (
					<Autocomplete.Group key={group.label} items={group.items}>
						<Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-caption text-ink3">
							{group.label}
						</Autocomplete.GroupLabel>
						<Autocomplete.Collection>
							{(entry: Entry) => <Line key={entry.id} entry={entry} onTake={take} />}
						</Autocomplete.Collection>
					</Autocomplete.Group>
				)}
			</Autocomplete.List>
			<p className="border-t border-line2 px-4 py-2 text-small text-ink3 max-sm:hidden">{t.palette.hint}</p>
		</Autocomplete.Root>
	);
}
