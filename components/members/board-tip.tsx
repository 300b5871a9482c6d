'use client';

import type { LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { VerdictName } from '../verdict/verdict-name';
import type { BoardLayout } from './board-layout';

const WIDTH_PX = 220;
const HEIGHT_PX = 58;

type Props = {
	/** In pixels as at a desk, like `left` and `width`; `scale` makes them the room's. */
	layout: BoardLayout;
	left: number;
	width: number;
	scale: number;
	member: LiveMember | undefined;
};

/** What the cell under the pointer or the cursor stands for. The list box's option says the same to a screen reader. */
export function BoardTip(props: Props) {
	const { t, f } = useMessages();
	const { layout, member, scale } = props;
	const cell = member && layout.cells.find((each) => each.path === member.path);
	if (!cell) return null;
	const x = Math.max(0, Math.min(props.left + cell.x + layout.cell.size + 8, props.width - WIDTH_PX));
	const below = cell.y + layout.cell.size + 6;
	const above = cell.y - HEIGHT_PX - 6;
	const latency = member.rttMs === null ? t.members.noAnswer : f.latency(member.rttMs);
	return (
		<div
			aria-hidden="true"
			className="panel pointer-events-none absolute z-10 flex flex-col gap-0.5 px-2.5 py-1.5 text-small shadow-panel"
			style={{
				left: x * scale,
				top: (below + HEIGHT_PX > layout.height && above > 0 ? above : below) * scale,
				width: WIDTH_PX * scale,
			}}
		>
			<span className="flex justify-between gap-2">
				<b className="truncate font-semibold">{member.id}</b>
				<VerdictName verdict={member.verdict} />
			</span>
			<span className="flex justify-between gap-2 text-ink3">
				<span className="mono truncate">
					{member.host === null ? t.members.noAddress : `${member.host}:${member.port}`}
				</span>
				<span className="whitespace-nowrap">{latency}</span>
			</span>
		</div>
	);
}
