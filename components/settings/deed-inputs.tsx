'use client';

import { type InputHTMLAttributes, useId } from 'react';
import type { Role } from '@/lib/core/ports';
import { useMessages } from '../messages/use-messages';

type FieldProps = Pick<InputHTMLAttributes<HTMLInputElement>, 'type' | 'placeholder' | 'maxLength' | 'autoComplete'> & {
	label: string;
	value: string;
	onChange: (value: string) => void;
	/** Shown below once something was typed; null: nothing is wrong. */
	wrong?: string | null;
};

/** One line to type. */
export function TextField({ label, value, onChange, wrong = null, ...rest }: FieldProps) {
	const id = useId();
	const shown = value === '' ? null : wrong;
	return (
		<div>
			<label htmlFor={id} className="mb-1 block text-small text-ink2">
				{label}
			</label>
			<input
				{...rest}
				id={id}
				className="field"
				value={value}
				onChange={(event) => onChange(event.target.value)}
				required
				autoCapitalize="off"
				spellCheck={false}
				aria-invalid={shown === null ? undefined : true}
				aria-describedby={shown === null ? undefined : `${id}-wrong`}
			/>
			{shown === null ? null : (
				<p id={`${id}-wrong`} className="mt-1 text-small text-dead-ink">
					{shown}
				</p>
			)}
		</div>
	);
}

/** The name of any role, of people and of machines. */
export function useRoleName(): (role: Role) => string {
	const { t } = useMessages();
	const names: Readonly<Record<Role, string>> = { ...t.shell.roles, ...t.settings.machineRoles };
	return (role) => names[role];
}

/** One of several roles, each with what it may do. */
export function RoleChoice<R extends Role>(props: { roles: readonly R[]; value: R; onChange: (role: R) => void }) {
	const { t } = useMessages();
	const name = useId();
	const nameOf = useRoleName();
	return (
		<fieldset>
			<legend className="mb-1 block text-small text-ink2">{t.settings.dialog.role}</legend>
			<div className="panel overflow-hidden bg-bg">
				{props.roles.map((role) => (
					<label
						key={role}
						className="flex cursor-pointer items-start gap-2.5 border-t border-line2 px-3 py-2 first:border-t-0 hover:bg-hover"
					>
						<input
							type="radio"
							name={name}
							aria-labelledby={`${name}-${role}`}
							aria-describedby={`${name}-${role}-text`}
							className="mt-0.5 accent-accent"
							checked={props.value === role}
							onChange={() => props.onChange(role)}
						/>
						<span className="min-w-0">
							<span id={`${name}-${role}`} className="font-semibold">
								{nameOf(role)}
							</span>
							<small id={`${name}-${role}-text`} className="block text-small text-ink2">
								{t.settings.roleTexts[role]}
							</small>
						</span>
					</label>
				))}
			</div>
		</fieldset>
	);
}
