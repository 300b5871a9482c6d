const CELLS = ['a', 'b', 'c', 'd', 'dead', 'f', 'g', 'h', 'i'];

/** Nine members, one of them dead. Decorative: the name stands beside it. */
export function Logo() {
	return (
		<span aria-hidden="true" className="grid grid-cols-[repeat(3,auto)] gap-0.5">
			{CELLS.map((cell) => (
				<i key={cell} className={`size-1.25 rounded-dot ${cell === 'dead' ? 'bg-dead' : 'bg-ink'}`} />
			))}
		</span>
	);
}
