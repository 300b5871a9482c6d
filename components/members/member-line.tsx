'use client';

import { type MouseEvent, memo } from 'react';
import type { LiveMember } from '../live/live-cluster';
import { MemberCell } from './member-cells';
import type { TableShape } from './table-columns';

type Props = {
	member: LiveMember;
	/** Its place among all rows, from 0. */
	index: number;
	selected: boolean;
	nowMs: number;
	shape: TableShape;
	href: string;
	onOpen: (path: string) => void;
};

type CellsProps = Pick<Props, 'member' | 'nowMs' | 'shape' | 'href' | 'onOpen'>;

/** What a row says. Its place among thousands, which changes with each that comes or goes above it, is no part of that. */
const Cells = memo(function Cells({ member, nowMs, shape, href, onOpen }: CellsProps) {
	return shape.columns.map((column) => (
		<td key={column} className={`truncate px-2 ${column === 'latency' ? 'text-right' : ''}`}>
			<MemberCell
				column={column}
				member={member}
				nowMs={nowMs}
				compact={shape.compact}
				href={href}
				onOpen={() => onOpen(member.path)}
			/>
		</td>
	));
});

/** One row. Drawn again only when something of it changes: of thousands that move, those on the screen mostly do not. */
export const MemberLine = memo(function MemberLine({ member, index, selected, nowMs, shape, href, onOpen }: Props) {
	function onRowClick(event: MouseEvent) {
		if (window.getSelection()?.isCollapsed !== false && event.button === 0) onOpen(member.path);
	}
	return (
		<tr
			aria-rowindex={index + 2}
			data-verdict={member.verdict}
			data-selected={selected || undefined}
			onClick={onRowClick}
			style={{ height: shape.rowHeightPx }}
			className="cursor-default border-b border-line2 text-ink2 hover:bg-hover data-selected:bg-hover"
		>
			<Cells member={member} nowMs={nowMs} shape={shape} href={href} onOpen={onOpen} />
		</tr>
	);
});
