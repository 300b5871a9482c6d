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
	// Round corners cannot be seen on a dense board, and 10,000 paths cost ten times as much as rectangles.
	if (at.size <= 6) return context.fillRect(at.x, at.y, at.size, at.size);
	box(context, at);
	context.fill();
};
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

/** Paints the whole board; 10,000 cells take a few milliseconds. `ratio`: device pixels to a CSS pixel. */
export function paintBoard(
	context: CanvasRenderingContext2D,
	layout: BoardLayout,
	members: ReadonlyMap<string, LiveMember>,
	look: {
		palette: Palette;
		ratio: number;
		active: string | null;
		selected: string | null;
		faded: ((path: string) => boolean) | null;
	},
) {
	const { palette } = look;
	context.setTransform(look.ratio, 0, 0, look.ratio, 0, 0);
	context.clearRect(0, 0, layout.width, layout.height);
	const unwell: { box: Box; verdict: Verdict; path: string }[] = [];
	for (const cell of layout.cells) {
		const verdict = members.get(cell.path)?.verdict;
		if (!verdict) continue;
		const at = signBox(cell, layout.cell.size, verdict);
		if (needsAttention(verdict)) unwell.push({ box: at, verdict, path: cell.path });
		else {
			context.globalAlpha = look.faded?.(cell.path) ? 0.35 : 1;
			DRAW[verdict](context, at, palette.fill[verdict], palette);
		}
	}
	// Last, so that no neighbour covers them.
	for (const each of unwell) {
		context.globalAlpha = look.faded?.(each.path) ? 0.35 : 1;
		if (each.box.size > layout.cell.size) fillBox(context, each.box, palette.panel, palette);
		DRAW[each.verdict](context, each.box, palette.fill[each.verdict], palette);
	}
	context.globalAlpha = 1;
	for (const [path, width] of [[look.selected, 2] as const, [look.active, 2] as const]) {
		const cell = path === null ? undefined : layout.cells.find((each) => each.path === path);
		const verdict = path === null ? undefined : members.get(path)?.verdict;
		if (!cell || !verdict) continue;
		const at = signBox(cell, layout.cell.size, verdict);
		outline(context, { x: at.x - 3, y: at.y - 3, size: at.size + 6 }, palette.ink, width);
	}
}
