'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import type { ClusterConfigView, ConfigView } from '@/lib/core/config-view';
import { useSettingsMessages } from './use-settings-messages';

/** Whether the file that the console started with still holds, and what is wrong with it. */
function FileState({ file }: { file: ConfigView['file'] }) {
	const { settings } = useSettingsMessages().t;
	const tone = { 'in-use': 'bg-ok', changed: 'bg-suspect', wrong: 'bg-dead' }[file.state];
	return (
		<div className="panel px-3.5 py-3" data-config-file={file.state}>
			<p className="flex items-start gap-2.5">
				<span aria-hidden="true" className={`mt-1.5 size-2 shrink-0 rounded-full ${tone}`} />
				{settings.file[file.state]}
			</p>
			{file.problems.length === 0 ? null : (
				<ul className="mt-2 flex flex-col gap-2 pl-4.5">
					{file.problems.map((problem) => (
						<li key={`${problem.field} ${problem.found}`}>
							<span className="mono font-semibold wrap-anywhere">{problem.field}</span>
							<dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-body wrap-anywhere">
								<dt className="text-ink3">{settings.found}</dt>
								<dd>{problem.found}</dd>
								<dt className="text-ink3">{settings.allowed}</dt>
								<dd>{problem.allowed}</dd>
							</dl>
						</li>
					))}
					{file.more > 0 ? <li className="text-ink3">{settings.moreProblems(file.more)}</li> : null}
				</ul>
			)}
		</div>
	);
}

function Line({ name, children }: { name: string; children: ReactNode }) {
	return (
		<>
			<dt className="text-ink3">{name}</dt>
			<dd className="min-w-0 wrap-anywhere max-sm:mb-1.5">{children}</dd>
		</>
	);
}

const FACTS = 'grid gap-x-5 gap-y-1.5 px-3.5 py-3 sm:grid-cols-[minmax(8.75rem,13.75rem)_minmax(0,1fr)]';

function Cluster({ cluster }: { cluster: ClusterConfigView }) {
	const { t, f } = useSettingsMessages();
	const words = t.settings.cluster;
	return (
		<section className="panel" aria-label={cluster.name} data-cluster-config={cluster.id}>
			<header className="flex flex-wrap items-baseline gap-x-2.5 border-b border-line2 px-3.5 py-2.5">
				<h3 className="font-bold">{cluster.name}</h3>
				{cluster.name === cluster.id ? null : <span className="mono text-ink3">{cluster.id}</span>}
				<Link
					href={`/c/${encodeURIComponent(cluster.id)}/ensemble`}
					className="ml-auto text-small text-accent underline-offset-2 hover:underline"
				>
					{words.toEnsemble}
				</Link>
			</header>
			<dl className={FACTS}>
				<Line name={words.connect}>
					<span className="mono">
						{cluster.connect.join(', ')}
						{cluster.chroot}
					</span>
				</Line>
				<Line name={words.servers}>
					<ul>
						{cluster.servers.map(({ client, admin }) => (
							<li key={client}>
								<span className="mono">{client}</span>{' '}
								<span className="text-small text-ink2">{admin === null ? words.viaWords : words.viaAdmin(admin)}</span>
							</li>
						))}
					</ul>
				</Line>
				<Line name={words.credentials}>{cluster.auth ?? words.noCredentials}</Line>
				<Line name={words.tls}>{cluster.tls ? words.on : words.off}</Line>
				<Line name={words.timeout}>{f.duration(cluster.sessionTimeoutMs)}</Line>
				<Line name={words.registrations}>
					<ul>
						{cluster.registrations.map((each) => (
							<li key={each.path}>
								<span className="mono">{each.path}</span>{' '}
								<span className="text-small text-ink2">
									{f.join([
										words.registration(each.format, each.group),
										each.automaticRecovery ? null : words.recoveryOff,
									])}
								</span>
							</li>
						))}
					</ul>
				</Line>
				<Line name={words.failureDomain}>{cluster.failureDomain}</Line>
			</dl>
		</section>
	);
}

/** The config in use, cluster by cluster, and whether its file still holds. */
export function ConfigPanel({ config }: { config: ConfigView }) {
	const words = useSettingsMessages().t.settings.cluster;
	return (
		<div className="flex flex-col gap-3">
			<FileState file={config.file} />
			{config.clusters.map((cluster) => (
				<Cluster key={cluster.id} cluster={cluster} />
			))}
			<dl className={`panel ${FACTS}`}>
				<Line name={words.rootPath}>
					<span className="mono">{config.rootPath}</span>
				</Line>
				<Line name={words.database}>{words.databases[config.database]}</Line>
			</dl>
		</div>
	);
}
