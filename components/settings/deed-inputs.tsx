'use client';

import { type InputHTMLAttributes, useId } from 'react';
import type { Role } from '@/lib/core/ports';
import { FOR_IDS } from '../shell/for-ids';
import { useSettingsMessages } from './use-settings-messages';

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
				{...FOR_IDS}
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
	const { t } = useSettingsMessages();
	const names: Readonly<Record<Role, string>> = { ...t.shell.roles, ...t.settings.machineRoles };
	return (role) => names[role];
}

type Option<V extends string> = { readonly value: V; readonly name: string; readonly text: string };

/** One of several, each with what it means. */
export function OptionChoice<V extends string>(props: {
	legend: string;
	options: readonly Option<V>[];
	value: V;
	onChange: (value: V) => void;
}) {
	const id = useId();
	return (
		<fieldset>
			<legend className="mb-1 block text-small text-ink2">{props.legend}</legend>
			<div className="panel overflow-hidden bg-bg">
				{props.options.map(({ value, name, text }) => (
					<label
						key={value}
						className="flex cursor-pointer items-start gap-2.5 border-t border-line2 px-3 py-2 first:border-t-0 hover:bg-hover"
					>
						<input
							type="radio"
							name={id}
							aria-labelledby={`${id}-${value}`}
							aria-describedby={`${id}-${value}-text`}
							className="mt-0.5 accent-accent"
							checked={props.value === value}
							onChange={() => props.onChange(value)}
						/>
						<span className="min-w-0">
							<span id={`${id}-${value}`} className="font-semibold">
								{name}
							</span>
							<small id={`${id}-${value}-text`} className="block text-small text-ink2">
								{text}
							</small>
						</span>
					</label>
				))}
			</div>
		</fieldset>
	);
}

/** One of several roles, each with what it may do. */
export function RoleChoice<R extends Role>(props: { roles: readonly R[]; value: R; onChange: (role: R) => void }) {
	const { settings } = useSettingsMessages().t;
	const nameOf = useRoleName();
	const options = props.roles.map((role) => ({ value: role, name: nameOf(role), text: settings.roleTexts[role] }));
	return <OptionChoice legend={settings.dialog.role} options={options} value={props.value} onChange={props.onChange} />;
}

/** Any of several, in columns that fit. */
export function ManyChoice<V extends string>(props: {
	legend: string;
	options: readonly { readonly value: V; readonly name: string }[];
	values: readonly V[];
	onChange: (values: V[]) => void;
}) {
	const toggled = (value: V) =>
		props.values.includes(value) ? props.values.filter((each) => each !== value) : [...props.values, value];
	return (
		<fieldset>
			<legend className="mb-1 block text-small text-ink2">{props.legend}</legend>
			<div className="panel grid max-h-52 grid-cols-[repeat(auto-fill,minmax(12.5rem,1fr))] overflow-y-auto bg-bg px-1.5 py-1">
				{props.options.map(({ value, name }) => (
					<label
						key={value}
						className="flex min-h-7 cursor-pointer items-center gap-2 rounded-tag px-1.5 hover:bg-hover"
					>
						<input
							type="checkbox"
							className="accent-accent"
							checked={props.values.includes(value)}
							onChange={() => props.onChange(toggled(value))}
						/>
						<span className="min-w-0 wrap-anywhere">{name}</span>
					</label>
				))}
			</div>
		</fieldset>
	);
}
