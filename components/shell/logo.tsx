const CELLS = ['a', 'b', 'c', 'd', 'dead', 'f', 'g', 'h', 'i'];

/** Nine members, one of them dead. Decorative: the name stands beside it. */
export function Logo() {
	return (
		<span aria-hidden="true" className="grid grid-cols-[repeat(3,5px)] gap-[2px]">
			{CELLS.map((cell) => (
				<i key={cell} className={`size-[5px] rounded-[1.5px] ${cell === 'dead' ? 'bg-dead' : 'bg-ink'}`} />
			))}
		</span>
	);
}
