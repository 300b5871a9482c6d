'use client';

import { type KeyboardEvent, type MouseEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { LiveMember } from '../live/live-cluster';
import { needsAttention } from '../live/not-alive';
import { useMessages } from '../messages/use-messages';
import { useRoomScale } from '../shell/use-room-scale';
import { type Arrow, type BoardGroup, cellAt, LABEL_HEIGHT, layOutBoard, moveOnBoard } from './board-layout';
import { type Painted, type Palette, paintLiving, paintSigns, readPalette } from './board-paint';
import type { Places } from './board-places';
import { BoardTip } from './board-tip';
import { useElementWidth } from './use-element-width';
import { useThemeVersion } from './use-theme-version';

const ARROWS = new Set<string>(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End']);
const LABELS_ABOVE_BELOW_PX = 560;
const LABEL_COLUMN_PX = 108;

type Props = {
	members: ReadonlyMap<string, LiveMember>;
	/** LiveCluster.verdictsVersion: painted again when it has risen. */
	version: number;
	places: Places;
	selected: string | null;
	/** Cells that the filters hide from the table are faded; null: none. */
	faded: ((path: string) => boolean) | null;
	onOpen: (path: string) => void;
};

function toGroups({ paths, known }: Places): BoardGroup[] {
	const groups = new Map<string, string[]>();
	for (const path of paths) {
		const name = known.get(path)?.group ?? '';
		const group = groups.get(name);
		if (group) group.push(path);
		else groups.set(name, [path]);
	}
	return [...groups].map(([name, each]) => ({ name, paths: each }));
}

/** `width`: in pixels as at a desk, as all of the layout is; what is shown of it is multiplied by the room's scale. */
function useLayout(places: Places, width: number) {
	const labelsAbove = width < LABELS_ABOVE_BELOW_PX;
	// Cells move when members come and go (`places`), never because a row changed.
	const groups = useMemo(() => toGroups(places), [places]);
	const canvasWidth = Math.max(0, labelsAbove ? width : width - LABEL_COLUMN_PX);
	const layout = useMemo(() => layOutBoard(groups, canvasWidth, labelsAbove), [groups, canvasWidth, labelsAbove]);
	return { layout, labelsAbove };
}

/**
 * One cell a member, on a canvas; the signs of those who are not alive on one above it. To assistive technology it is a list
 * box of which the active option alone is in the document (aria-activedescendant, with its place in the whole): arrow keys
 * move, Enter opens.
 */
export function Board({ members, version, places, selected, faded, onOpen }: Props) {
	const { t, f } = useMessages();
	const box = useRef<HTMLDivElement>(null);
	const canvas = useRef<HTMLCanvasElement>(null);
	const signs = useRef<HTMLCanvasElement>(null);
	const painted = useRef<Painted | null>(null);
	const palette = useRef<{ version: number; of: Palette } | null>(null);
	const optionId = useId();
	const scale = useRoomScale();
	const width = useElementWidth(box) / scale;
	const themeVersion = useThemeVersion();
	const { layout, labelsAbove } = useLayout(places, width);
	// Beside its cells a label stands in the middle of their first row.
	const labelShift = labelsAbove ? -1 : Math.max(0, layout.cell.size - LABEL_HEIGHT) / 2;
	const [active, setActive] = useState<string | null>(null);
	const [hovered, setHovered] = useState<string | null>(null);
	const shown = hovered ?? active;

	// biome-ignore lint/correctness/useExhaustiveDependencies: version stands for what is painted of members
	useEffect(() => {
		const [living, above] = [canvas.current, signs.current];
		const context = living?.getContext('2d');
		if (!living || !above || !context || layout.width === 0) return;
		const ratio = (window.devicePixelRatio || 1) * scale;
		const [wide, high] = [Math.round(layout.width * ratio), Math.round(layout.height * ratio)];
		if (living.width !== wide || living.height !== high) {
			for (const each of [living, above]) Object.assign(each, { width: wide, height: high });
			painted.current = null;
		}
		// Read once a theme: it has the browser work out styles before the page is drawn.
		if (palette.current?.version !== themeVersion) palette.current = { version: themeVersion, of: readPalette(living) };
		const look = { palette: palette.current.of, ratio, faded };
		painted.current = paintLiving(context, layout, members, look, painted.current);
	}, [layout, version, faded, themeVersion, scale]);

	// biome-ignore lint/correctness/useExhaustiveDependencies: as above, and whenever the living have been painted
	useEffect(() => {
		const context = signs.current?.getContext('2d');
		if (context && painted.current) paintSigns(context, painted.current, members, [selected, shown]);
	}, [layout, version, faded, themeVersion, scale, shown, selected]);

	const activeIndex = active === null ? -1 : layout.cells.findIndex((cell) => cell.path === active);
	const activeMember = active === null ? undefined : members.get(active);

	function activate(index: number) {
		const cell = layout.cells[index];
		if (!cell) return;
		setActive(cell.path);
		const scroller = box.current;
		if (!scroller) return;
		const top = (cell.y - 8) * scale;
		const bottom = (cell.y + layout.cell.size + 8) * scale;
		if (top < scroller.scrollTop) scroller.scrollTop = top;
		if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
	}
	/** Past empty cells; where nobody lives in that direction it stays. */
	function step(arrow: Arrow): number {
		let index = moveOnBoard(layout, activeIndex, arrow);
		for (let tried = 0; tried < layout.cells.length; tried++) {
			if (members.has(layout.cells[index]?.path ?? '')) return index;
			const next = moveOnBoard(layout, index, arrow === 'Home' ? 'ArrowRight' : arrow === 'End' ? 'ArrowLeft' : arrow);
			if (next === index) break;
			index = next;
		}
		return activeIndex;
	}
	function onFocus() {
		if (activeIndex >= 0) return;
		const unwell = layout.cells.findIndex((cell) => needsAttention(members.get(cell.path)?.verdict ?? 'alive'));
		activate(Math.max(0, unwell));
	}
	function onKeyDown(event: KeyboardEvent) {
		if (event.metaKey || event.ctrlKey || event.altKey) return;
		if (ARROWS.has(event.key)) {
			event.preventDefault();
			activate(step(event.key as Arrow));
		} else if ((event.key === 'Enter' || event.key === ' ') && active !== null) {
			event.preventDefault();
			onOpen(active);
		}
	}
	function pathAt(event: MouseEvent): string | null {
		const area = canvas.current?.getBoundingClientRect();
		if (!area) return null;
		const index = cellAt(layout, (event.clientX - area.left) / scale, (event.clientY - area.top) / scale);
		return index === null ? null : (layout.cells[index]?.path ?? null);
	}
	function onClick(event: MouseEvent) {
		const path = pathAt(event);
		if (path !== null && members.has(path)) onOpen(path);
	}

	return (
		<div className="panel relative p-3">
			<div
				ref={box}
				role="listbox"
				tabIndex={0}
				aria-label={`${t.members.board}. ${t.members.boardHint}`}
				aria-activedescendant={activeMember ? optionId : undefined}
				onFocus={onFocus}
				onBlur={() => setActive(null)}
				onKeyDown={onKeyDown}
				onClick={onClick}
				onMouseMove={(event) => setHovered(pathAt(event))}
				onMouseLeave={() => setHovered(null)}
				className="relative max-h-[min(21.5rem,50vh)] overflow-x-hidden overflow-y-auto rounded-control"
			>
				<div
					id={optionId}
					role="option"
					tabIndex={-1}
					aria-selected={active !== null && active === selected}
					aria-posinset={Math.max(1, activeIndex + 1)}
					aria-setsize={layout.cells.length}
					className="sr-only"
				>
					{activeMember
						? t.members.boardCell(activeMember.id, t.verdicts.inline[activeMember.verdict], activeMember.group)
						: t.members.boardHint}
				</div>
				{layout.groups.map((group) => (
					<span
						key={group.name}
						aria-hidden="true"
						title={group.name}
						className="absolute left-0 truncate text-caption font-semibold text-ink3"
						style={{
							top: (group.top + labelShift) * scale,
							maxWidth: labelsAbove ? '100%' : (LABEL_COLUMN_PX - 8) * scale,
						}}
					>
						{group.name || t.members.noGroup} <span className="text-ink2">{f.number(group.count)}</span>
					</span>
				))}
				<div aria-hidden="true" className="relative" style={{ marginLeft: labelsAbove ? 0 : LABEL_COLUMN_PX * scale }}>
					<canvas
						ref={canvas}
						className={`block ${hovered === null ? '' : 'cursor-pointer'}`}
						style={{ width: layout.width * scale, height: layout.height * scale }}
					/>
					<canvas ref={signs} className="pointer-events-none absolute inset-0 size-full" />
				</div>
				<BoardTip
					layout={layout}
					left={labelsAbove ? 0 : LABEL_COLUMN_PX}
					width={width}
					scale={scale}
					member={shown === null ? undefined : members.get(shown)}
				/>
			</div>
		</div>
	);
}
