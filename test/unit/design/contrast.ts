type Rgb = readonly [red: number, green: number, blue: number];

/** `#rrggbb` in 0 to 255. Throws on anything else. */
function toRgb(hex: string): Rgb {
	if (!/^#[0-9a-f]{6}$/i.test(hex)) throw new Error(`not a colour of the form #rrggbb: '${hex}'`);
	const at = (start: number) => Number.parseInt(hex.slice(start, start + 2), 16);
	return [at(1), at(3), at(5)];
}

/** Relative luminance, 0 to 1, as WCAG 2.2 defines it. */
function luminance(colour: Rgb): number {
	const [red = 0, green = 0, blue = 0] = colour
		.map((channel) => channel / 255)
		.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio of two opaque colours, 1 to 21, as WCAG 2.2 defines it. */
export function contrast(one: string, other: string): number {
	const [high = 0, low = 0] = [luminance(toRgb(one)), luminance(toRgb(other))].sort((a, b) => b - a);
	return (high + 0.05) / (low + 0.05);
}

/** What is seen where a colour of this share (0 to 1) lies over an opaque one. */
export function blend(over: string, share: number, under: string): string {
	const below = toRgb(under);
	const channels = toRgb(over).map((channel, index) => Math.round(channel * share + (below[index] ?? 0) * (1 - share)));
	return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
