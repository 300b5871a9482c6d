'use client';

import {
	defaultRangeExtractor,
	type Range,
	useWindowVirtualizer,
	type VirtualItem,
	type Virtualizer,
} from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useDeferredValue, useLayoutEffect, useMemo, useRef } from 'react';
import type { LiveMember } from '../live/live-cluster';
import { useNow } from '../live/use-now';
import { useMessages } from '../messages/use-messages';
import { useRoomScale } from '../shell/use-room-scale';
import { MemberLine } from './member-line';
import type { Direction, Sort } from './member-order';
import { COLUMN_SORT, type Column, type TableShape, tableShapeFor } from './table-columns';
import { useElementWidth } from './use-element-width';
import { useRowKeys } from './use-row-keys';
import { useSteadyScroll } from './use-steady-scroll';

type Props = {
	/** Rows in the order shown. */
	rows: readonly LiveMember[];
	sort: Sort;
	direction: Direction;
	onSort: (sort: Sort, direction: Direction) => void;
	selected: string | null;
	onOpen: (path: string) => void;
	hrefOf: (path: string) => string;
	clockOffsetMs: number;
	/** Changes with what the reader asks to see: then the page may show another part of it. */
	asked: string;
	/** In place of the rows when there are none. */
	empty: ReactNode;
};

const OVERSCAN = 10;
/** Room for the bar on top when a row is scrolled to. */
const SCROLL_PADDING_PX = 96;

function ColumnHead(props: Pick<Props, 'sort' | 'direction' | 'onSort'> & { column: Column; shape: TableShape }) {
	const { t } = useMessages();
	const { column, shape, onSort } = props;
	const sort = COLUMN_SORT[column];
	const sorted = props.sort === sort;
	const turned: Direction = sorted && sort !== 'attention' && props.direction === 'asc' ? 'desc' : 'asc';
	const Arrow = props.direction === 'asc' ? ArrowUp : ArrowDown;
	const width = shape.widthOf(column);
	return (
		<th
			scope="col"
			aria-sort={sorted ? (props.direction === 'asc' ? 'ascending' : 'descending') : undefined}
			style={width === null ? undefined : { width }}
			className="border-b border-line p-0 text-left text-caption font-medium text-ink3"
		>
			<button
				type="button"
				title={t.members.sortBy(t.members.columns[column])}
				onClick={() => onSort(sort, turned)}
				className={`flex h-8 w-full items-center gap-1 rounded-tag px-2 hover:text-ink ${column === 'latency' ? 'justify-end' : ''}`}
			>
				{t.members.columns[column]}
				{sorted ? <Arrow size={11} aria-hidden="true" className="shrink-0 text-ink" /> : null}
			</button>
		</th>
	);
}

function Heads(props: Pick<Props, 'sort' | 'direction' | 'onSort'> & { shape: TableShape }) {
	return props.shape.columns.map((column) => <ColumnHead key={column} column={column} {...props} />);
}

function Gap({ heightPx, columns }: { heightPx: number; columns: number }) {
	if (heightPx <= 0) return null;
	return (
		// biome-ignore lint/a11y/noAriaHiddenOnFocusable: a bare row cannot be focused; this one only holds room
		<tr aria-hidden="true">
			<td colSpan={columns} style={{ height: heightPx, padding: 0 }} />
		</tr>
	);
}

type LinesProps = Pick<Props, 'rows' | 'selected' | 'onOpen' | 'hrefOf'> & {
	items: readonly VirtualItem[];
	nowMs: number;
	shape: TableShape;
};

/** Apart from the table, as the heads are: of that the virtualizer keeps functions, and with them all that others there use. */
function Lines({ items, rows, selected, nowMs, shape, onOpen, hrefOf }: LinesProps) {
	return items.map(({ index }) => {
		const member = rows[index];
		if (!member) return null;
		return (
			<MemberLine
				key={member.path}
				member={member}
				index={index}
				selected={member.path === selected}
				nowMs={nowMs}
				shape={shape}
				href={hrefOf(member.path)}
				onOpen={onOpen}
			/>
		);
	});
}

/** The range of rows that is so many further down. */
function shiftRange(range: Range, by: number): Range {
	const within = (index: number) => Math.min(Math.max(0, index + by), range.count - 1);
	return { ...range, startIndex: within(range.startIndex), endIndex: within(range.endIndex) };
}

/**
 * A real table of which only the rows near the window are in the document; aria-rowcount and aria-rowindex tell the rest. The
 * rows' height is fixed, so that nothing moves when they are drawn.
 */
export function MembersTable(props: Props) {
	const { t } = useMessages();
	const { rows, onOpen, selected } = props;
	const box = useRef<HTMLDivElement>(null);
	const body = useRef<HTMLTableSectionElement>(null);
	const width = useElementWidth(box);
	// Ages may follow a key or a click a moment later; they concern each row.
	const nowMs = useDeferredValue(useNow(1000, props.clockOffsetMs));
	const scale = useRoomScale();
	const shape = useMemo(() => tableShapeFor(width, scale), [width, scale]);
	const { topPx, readAtPx } = /*#__NOINLINE__*/ useSteadyScroll(body, {
		rows,
		asked: props.asked,
		rowHeightPx: shape.rowHeightPx,
		selected,
	});
	const virtualizer: Virtualizer<Window, Element> = /*#__NOINLINE__*/ useWindowVirtualizer({
		count: rows.length,
		estimateSize: () => shape.rowHeightPx,
		overscan: OVERSCAN,
		scrollMargin: topPx,
		scrollPaddingStart: SCROLL_PADDING_PX * scale,
		scrollPaddingEnd: shape.rowHeightPx,
		rangeExtractor: (range) => {
			const offPx = readAtPx === null ? 0 : readAtPx - (virtualizer.scrollOffset ?? readAtPx);
			return defaultRangeExtractor(shiftRange(range, Math.round(offPx / shape.rowHeightPx)));
		},
	});
	useLayoutEffect(() => {
		void shape.rowHeightPx;
		virtualizer.measure();
	}, [virtualizer, shape.rowHeightPx]);
	/*#__NOINLINE__*/ useRowKeys({
		rows,
		box,
		selected,
		onOpen,
		scrollToIndex: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
	});

	const items = virtualizer.getVirtualItems();
	const before = (items[0]?.start ?? topPx) - topPx;
	const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? topPx) - topPx);
	return (
		<div ref={box}>
			<table
				className="w-full table-fixed border-collapse"
				aria-rowcount={rows.length + 1}
				aria-label={t.members.table}
			>
				<thead>
					<tr aria-rowindex={1}>
						<Heads shape={shape} sort={props.sort} direction={props.direction} onSort={props.onSort} />
					</tr>
				</thead>
				<tbody ref={body}>
					<Gap heightPx={before} columns={shape.columns.length} />
					<Lines items={items} rows={rows} {...{ selected, nowMs, shape, onOpen }} hrefOf={props.hrefOf} />
					<Gap heightPx={after} columns={shape.columns.length} />
				</tbody>
			</table>
			{rows.length === 0 ? props.empty : null}
		</div>
	);
}
