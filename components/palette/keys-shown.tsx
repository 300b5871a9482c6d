/** Keys as they are pressed; `between` says how: together, one after the other, one or the other. */
export function Keys({ keys, between = ' ' }: { keys: readonly string[]; between?: string }) {
	return (
		<span className="inline-flex items-center gap-1 whitespace-nowrap">
			{keys.map((key, index) => (
				<span key={key} className="inline-flex items-center gap-1">
					{index > 0 && between.trim() !== '' ? <span className="text-caption text-ink3">{between}</span> : null}
					<kbd className="mono min-w-6 rounded-tag border border-line bg-bg px-1.5 py-0.5 text-center text-ink2">
						{key}
					</kbd>
				</span>
			))}
		</span>
	);
}
