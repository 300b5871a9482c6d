import type { Messages } from '@/components/messages/use-messages';
import { CopyText } from '@/components/purge/copy-text';
import type { ArchivesView } from '@/lib/core/archives-view';
import { Moment } from './moment';

type Props = { view: ArchivesView; t: Messages['t'] };

/** What of the log is in files, which files wait for their sign-off, and what is old enough for the next. */
export function Archives({ view, t }: Props) {
	const { upTo, signedOff, sealed, waiting, retentionDays } = view;
	if (upTo === 0 && sealed.length === 0 && waiting === null) {
		return null;
	}
	return (
		<section
			aria-labelledby="audit-archives"
			className="flex flex-col gap-2 px-4 pt-6 text-body text-ink2 nav:px-6"
			data-testid="archives"
		>
			<h2 id="audit-archives" className="font-medium text-ink">
				{t.audit.archives}
			</h2>
			{upTo > 0 && <p>{t.audit.archivedUpTo(upTo)}</p>}
			{waiting !== null && retentionDays !== null && (
				<p>{t.audit.archiveWaiting(waiting.first, waiting.last, retentionDays)}</p>
			)}
			<ul className="flex flex-col gap-2">
				{sealed.toReversed().map((each) => (
					<li key={each.sha256} className="flex flex-wrap items-center gap-x-2">
						<span className="text-ink">{t.audit.archiveRange(each.first, each.last)}</span>
						<File file={each.file} sha256={each.sha256} />
						<span>{t.audit.archiveSealed(each.sealedBy)}</span>
						<Moment at={new Date(each.sealedAtMs).toISOString()} />
						<span className="text-suspect-ink">{t.audit.archiveUnsigned}</span>
					</li>
				))}
				{signedOff.toReversed().map((each) => (
					<li key={each.sha256} className="flex flex-wrap items-center gap-x-2">
						<span className="text-ink">{t.audit.archiveRange(each.first, each.last)}</span>
						<File file={each.file} sha256={each.sha256} />
						<span>{t.audit.archiveSealed(each.sealedBy)}</span>
						<Moment at={new Date(each.sealedAtMs).toISOString()} />
						<span>{t.audit.archiveSignedOff(each.signedOffBy)}</span>
						<Moment at={new Date(each.signedOffAtMs).toISOString()} />
					</li>
				))}
			</ul>
		</section>
	);
}

function File({ file, sha256 }: { file: string; sha256: string }) {
	return (
		<span className="flex min-w-0 items-center gap-1.5">
			<span className="break-all">{file}</span>
			<CopyText text={sha256} shown={`${sha256.slice(0, 12)}…`} name="SHA-256" />
		</span>
	);
}
