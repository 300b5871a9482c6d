import { CELL, WIDE } from './table-cells';

const HEAD = `${CELL} text-caption font-medium whitespace-nowrap text-ink3`;

type Column = {
	readonly text: string;
	/** Left out where the page is narrow. */
	readonly wide?: boolean;
	readonly right?: boolean;
};

/** The head of a table whose last column holds what can be done with each row; `actions` names it for screen readers. */
export function TableHead({ columns, actions }: { columns: readonly Column[]; actions: string }) {
	return (
		<thead>
			<tr>
				{columns.map(({ text, wide = false, right = false }) => (
					<th key={text} scope="col" className={`${HEAD} ${wide ? WIDE : ''} ${right ? 'text-right' : 'text-left'}`}>
						{text}
					</th>
				))}
				<th scope="col" className={`${HEAD} text-right`}>
					<span className="sr-only">{actions}</span>
				</th>
			</tr>
		</thead>
	);
}
