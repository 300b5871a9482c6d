/** `a` in a sentence is a name of the config. */
export function WithNames({ text }: { text: string }) {
	return text.split('`').map((part, index) =>
		index % 2 === 1 ? (
			// biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence, which never change their order
			<code key={index} className="mono">
				{part}
			</code>
		) : (
			part
		),
	);
}
