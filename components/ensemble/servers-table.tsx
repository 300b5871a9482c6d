'use client';

import type { EnsembleServerView, EnsembleView } from '@/lib/core/view';
import { useMessages } from '../messages/use-messages';
import { Part } from './part';

/** Columns that a narrow window has no room for; what they say stands below the server's name there. */
const WIDE = 'max-md:hidden';
const CELL = 'px-2 py-2 md:px-3';

function State({ server, seen }: { server: EnsembleServerView; seen: boolean }) {
	const { t } = useMessages();
	if (!seen) return <span className="text-ink3">{t.ensemble.notSeen}</span>;
	if (!server.answered) return <span className="font-semibold text-dead-ink">{t.ensemble.noAnswer}</span>;
	const leads = server.role === 'leader' || server.role === 'standalone';
	return (
		<span className={leads ? 'font-semibold' : ''}>{server.role === null ? '–' : t.ensemble.roles[server.role]}</span>
	);
}

function Line({ server, seen }: { server: EnsembleServerView; seen: boolean }) {
	const { t, f } = useMessages();
	const uptime = server.uptimeMs === null ? '–' : f.duration(server.uptimeMs);
	const latency = server.latencyMsAvg === null ? '–' : f.latency(server.latencyMsAvg);
	const source = server.source === null ? '–' : t.ensemble.sources[server.source];
	return (
		<tr className="border-t border-line2 align-top" data-server={server.server} data-answered={server.answered}>
			<th scope="row" className={`${CELL} text-left font-medium`}>
				<span className="mono wrap-anywhere">{server.server}</span>
				<small className="block text-caption text-ink3 md:hidden">
					{f.join([server.version, server.uptimeMs === null ? null : uptime])}
				</small>
			</th>
			<td className={`${CELL} whitespace-nowrap`}>
				<State server={server} seen={seen} />
			</td>
			<td className={`${CELL} ${WIDE} text-right`}>{server.serverId === null ? '–' : f.number(server.serverId)}</td>
			<td className={`${CELL} ${WIDE}`}>{server.version ?? '–'}</td>
			<td className={`${CELL} ${WIDE} text-right whitespace-nowrap`}>{uptime}</td>
			<td className={`${CELL} text-right whitespace-nowrap`}>{latency}</td>
			<td className={`${CELL} text-right`}>{server.connections === null ? '–' : f.number(server.connections)}</td>
			<td className={`${CELL} ${WIDE} whitespace-nowrap`}>{source}</td>
		</tr>
	);
}

/** The servers of the config, in its order. */
export function ServersTable({ view }: { view: EnsembleView }) {
	const { t } = useMessages();
	const { columns } = t.ensemble;
	const head = `${CELL} text-caption font-medium whitespace-nowrap text-ink3`;
	return (
		<Part title={t.ensemble.servers}>
			<div className="panel overflow-hidden">
				<table className="w-full border-collapse">
					<caption className="sr-only">{t.ensemble.servers}</caption>
					<thead>
						<tr>
							<th scope="col" className={`${head} text-left`}>
								{columns.server}
							</th>
							<th scope="col" className={`${head} text-left`}>
								{columns.role}
							</th>
							<th scope="col" className={`${head} ${WIDE} text-right`}>
								{columns.id}
							</th>
							<th scope="col" className={`${head} ${WIDE} text-left`}>
								{columns.version}
							</th>
							<th scope="col" className={`${head} ${WIDE} text-right`}>
								{columns.uptime}
							</th>
							<th scope="col" className={`${head} text-right`}>
								{columns.latency}
							</th>
							<th scope="col" className={`${head} text-right`}>
								{columns.connections}
							</th>
							<th scope="col" className={`${head} ${WIDE} text-left`}>
								{columns.source}
							</th>
						</tr>
					</thead>
					<tbody>
						{view.servers.map((server) => (
							<Line key={server.server} server={server} seen={view.sweptAtMs !== null} />
						))}
					</tbody>
				</table>
			</div>
		</Part>
	);
}
