import { VERDICTS, type Verdict } from '@/lib/core/reason';
import type { LiveMember } from '../live/live-cluster';
import { needsAttention } from '../live/not-alive';
import type { BoardLayout } from './board-layout';

export type Palette = {
	readonly fill: Readonly<Record<Verdict, string>>;
	readonly ink: string;
	readonly panel: string;
	/** The frame of a suspect: amber alone is too pale for a light page. */
	readonly suspectInk: string;
	/** What is drawn on a fill. */
	readonly mark: string;
};

/** Tokens of globals.css as they are now, in this theme. */
export function readPalette(element: HTMLElement): Palette {
	const style = getComputedStyle(element);
	const token = (name: string) => style.getPropertyValue(name).trim();
	const fill = Object.fromEntries(
		VERDICTS.map((verdict) => [verdict, token(verdict === 'left' ? '--gone' : `--${verdict}`)]),
	) as Record<Verdict, string>;
	return {
		fill,
		ink: token('--ink'),
		panel: token('--panel'),
		suspectInk: token('--suspect-ink'),
		mark: token('--mark'),
	};
}

/** In dense boards the unwell are drawn larger than their cell: a sign that cannot be told apart says nothing. */
const SIGN_SIZE_MIN = 11;

type Box = { x: number; y: number; size: number };
type Draw = (context: CanvasRenderingContext2D, box: Box, color: string, palette: Palette) => void;

function box(context: CanvasRenderingContext2D, { x, y, size }: Box) {
	context.beginPath();
	context.roundRect(x, y, size, size, Math.max(1, size * 0.23));
}
function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number) {
	context.beginPath();
	context.moveTo(x1, y1);
	context.lineTo(x2, y2);
	context.stroke();
}
const fillBox: Draw = (context, at, color) => {
	context.fillStyle = color;
	box(context, at);
	context.fill();
};
/** `size` is that in CSS pixels. */
function fillCell(context: CanvasRenderingContext2D, at: Box, size: number, ratio: number) {
	// Round corners cannot be seen on a dense board, and 10,000 paths cost ten times as much as rectangles.
	if (size <= 6) return context.fillRect(at.x, at.y, at.size, at.size);
	context.beginPath();
	context.roundRect(at.x, at.y, at.size, at.size, Math.max(ratio, at.size * 0.23));
	context.fill();
}
const outline = (context: CanvasRenderingContext2D, { x, y, size }: Box, color: string, width: number) => {
	context.strokeStyle = color;
	context.lineWidth = width;
	box(context, { x: x + width / 2, y: y + width / 2, size: size - width });
	context.stroke();
};

/** The same shapes as `.sign-…` in globals.css. */
const DRAW: Record<Verdict, Draw> = {
	alive: fillBox,
	dead: (context, at, color, palette) => {
		fillBox(context, at, color, palette);
		const inset = at.size * 0.28;
		context.strokeStyle = palette.mark;
		context.lineWidth = Math.max(1.4, at.size * 0.12);
		line(context, at.x + inset, at.y + inset, at.x + at.size - inset, at.y + at.size - inset);
		line(context, at.x + at.size - inset, at.y + inset, at.x + inset, at.y + at.size - inset);
	},
	suspect: (context, at, color, palette) => {
		context.save();
		box(context, at);
		context.clip();
		context.globalAlpha = 0.5;
		context.fillStyle = color;
		context.fillRect(at.x, at.y, at.size, at.size);
		context.globalAlpha = 1;
		context.strokeStyle = color;
		context.lineWidth = Math.max(1.8, at.size * 0.17);
		const step = context.lineWidth * 1.9;
		for (let offset = -at.size; offset < at.size; offset += step) {
			line(context, at.x + offset, at.y + at.size, at.x + offset + at.size, at.y);
		}
		context.restore();
		outline(context, at, palette.suspectInk, 1);
	},
	unreachable: (context, at, color) => {
		const dash = at.size / 4;
		context.setLineDash([dash, dash * 0.8]);
		outline(context, at, color, Math.max(1.6, at.size * 0.14));
		context.setLineDash([]);
	},
	unresponsive: (context, at, color, palette) => {
		fillBox(context, at, color, palette);
		context.fillStyle = palette.mark;
		const bar = Math.max(1.3, at.size * 0.12);
		context.fillRect(at.x + at.size * 0.32 - bar / 2, at.y + at.size * 0.28, bar, at.size * 0.44);
		context.fillRect(at.x + at.size * 0.68 - bar / 2, at.y + at.size * 0.28, bar, at.size * 0.44);
	},
	superseded: (context, at, color) => {
		outline(context, at, color, Math.max(1.6, at.size * 0.14));
		context.fillStyle = color;
		context.fillRect(at.x + at.size * 0.34, at.y + at.size * 0.34, at.size * 0.32, at.size * 0.32);
	},
	unknown: (context, at, color) => {
		context.strokeStyle = color;
		context.lineWidth = 1.5;
		context.beginPath();
		context.arc(at.x + at.size / 2, at.y + at.size / 2, at.size / 2 - 1, 0, Math.PI * 2);
		context.stroke();
	},
	left: (context, at, color) => {
		context.fillStyle = color;
		context.fillRect(at.x, at.y + at.size * 0.38, at.size, at.size * 0.24);
	},
};

function signBox(cell: { x: number; y: number }, size: number, verdict: Verdict): Box {
	const grow = needsAttention(verdict) ? Math.max(0, SIGN_SIZE_MIN - size) : 0;
	return { x: cell.x - grow / 2, y: cell.y - grow / 2, size: size + grow };
}

/** What a cell of the living looks like: nothing there (or a sign's business), in full colour, or faded. */
const [NOTHING, FULL, FADED] = [0, 1, 2];
const FADED_ALPHA = 0.35;

export type Look = {
	readonly palette: Palette;
	/** Device pixels to a CSS pixel. */
	readonly ratio: number;
	/** Cells that the filters hide; null: none. */
	readonly faded: ((path: string) => boolean) | null;
};

type Cell = BoardLayout['cells'][number];
type Members = ReadonlyMap<string, LiveMember>;

/** What stands on the canvas of the living, by cell of this layout, and the cells of all others, for their signs. */
export type Painted = {
	readonly layout: BoardLayout;
	readonly look: Look;
	readonly codes: Uint8Array;
	readonly others: readonly Cell[];
};

/** In whole device pixels: a cell that is wiped out leaves nothing behind, and its neighbour is whole. */
function toDevice({ x, y }: Cell, size: number, ratio: number): Box {
	return { x: Math.round(x * ratio), y: Math.round(y * ratio), size: Math.round(size * ratio) };
}

/**
 * Paints those who are alive. `before`: what this gave for the same canvas; of it only the cells that have changed are
 * painted, for under churn they are a few of 10,000. Null paints all.
 */
export function paintLiving(
	context: CanvasRenderingContext2D,
	layout: BoardLayout,
	members: Members,
	look: Look,
	before: Painted | null,
): Painted {
	const { palette, ratio, faded } = look;
	const { size } = layout.cell;
	const isSame = before?.layout === layout && before.look.palette === palette && before.look.ratio === ratio;
	context.setTransform(1, 0, 0, 1, 0, 0);
	if (!isSame) context.clearRect(0, 0, context.canvas.width, context.canvas.height);
	const codes = isSame ? before.codes : new Uint8Array(layout.cells.length);
	const others: Cell[] = [];
	context.fillStyle = palette.fill.alive;
	for (const [index, cell] of layout.cells.entries()) {
		const verdict = members.get(cell.path)?.verdict;
		if (verdict !== undefined && verdict !== 'alive') others.push(cell);
		const code = verdict !== 'alive' ? NOTHING : faded?.(cell.path) === true ? FADED : FULL;
		if (codes[index] === code) continue;
		const at = toDevice(cell, size, ratio);
		if (codes[index] !== NOTHING) context.clearRect(at.x, at.y, at.size, at.size);
		codes[index] = code;
		if (code === NOTHING) continue;
		context.globalAlpha = code === FADED ? FADED_ALPHA : 1;
		fillCell(context, at, size, ratio);
	}
	context.globalAlpha = 1;
	return { layout, look, codes, others };
}

/** Paints, on a canvas above that of the living, the signs of all others and the frames of the active and the chosen cell. */
export function paintSigns(
	context: CanvasRenderingContext2D,
	{ layout, look: { palette, ratio, faded }, others }: Painted,
	members: Members,
	framed: readonly (string | null)[],
): void {
	context.setTransform(ratio, 0, 0, ratio, 0, 0);
	context.clearRect(0, 0, layout.width, layout.height);
	for (const cell of others) {
		const verdict = members.get(cell.path)?.verdict;
		if (!verdict) continue;
		const at = signBox(cell, layout.cell.size, verdict);
		context.globalAlpha = faded?.(cell.path) === true ? FADED_ALPHA : 1;
		if (at.size > layout.cell.size) fillBox(context, at, palette.panel, palette);
		DRAW[verdict](context, at, palette.fill[verdict], palette);
	}
	context.globalAlpha = 1;
	for (const path of framed) {
		const cell = path === null ? undefined : layout.cells.find((each) => each.path === path);
		const verdict = path === null ? undefined : members.get(path)?.verdict;
		if (!cell || !verdict) continue;
		const at = signBox(cell, layout.cell.size, verdict);
		outline(context, { x: at.x - 3, y: at.y - 3, size: at.size + 6 }, palette.ink, 2);
	}
}
