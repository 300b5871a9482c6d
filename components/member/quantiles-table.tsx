'use client';

import type { LatencyQuantiles, MemberDetail } from '@/lib/core/view';
import { useMessages } from '../messages/use-messages';

function Figures({ of }: { of: LatencyQuantiles }) {
	const { f } = useMessages();
	const figures = [of.p50Ms, of.p95Ms, of.p99Ms, of.maxMs];
	return (
		<>
			{figures.map((ms, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: the columns are fixed
				<td key={index} className="py-1 pl-2 align-top text-right whitespace-nowrap">
					{ms === null ? <span className="text-ink3">–</span> : f.latency(ms)}
				</td>
			))}
		</>
	);
}

function Answered({ of }: { of: LatencyQuantiles }) {
	const { t } = useMessages();
	return <small className="block text-caption text-ink3">{t.evidence.answeredOf(of.answered, of.rounds)}</small>;
}

/** The answer times in figures: of the rounds that the chart shows, and of everything since the member is watched. */
export function QuantilesTable({ quantiles }: { quantiles: MemberDetail['latencyQuantiles'] }) {
	const { t } = useMessages();
	const { p50, p95, p99, max } = t.evidence.quantileColumns;
	return (
		<div className="mt-1.5 overflow-x-auto">
			<table className="w-full border-collapse text-small" data-testid="quantiles">
				<caption className="sr-only">{t.evidence.quantiles}</caption>
				<thead>
					<tr className="text-caption text-ink3">
						<td />
						{[p50, p95, p99, max].map((text) => (
							<th key={text} scope="col" className="pl-2 text-right font-medium whitespace-nowrap">
								{text}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					<tr className="border-t border-line2">
						<th scope="row" className="py-1 text-left align-top font-medium whitespace-nowrap text-ink2">
							{t.evidence.recent(quantiles.recent.rounds)}
							<Answered of={quantiles.recent} />
						</th>
						<Figures of={quantiles.recent} />
					</tr>
					<tr className="border-t border-line2">
						<th scope="row" className="py-1 text-left align-top font-medium whitespace-nowrap text-ink2">
							{t.evidence.life}
							<Answered of={quantiles.life} />
						</th>
						<Figures of={quantiles.life} />
					</tr>
				</tbody>
			</table>
		</div>
	);
}
