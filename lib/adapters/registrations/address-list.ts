import type { Address, Unreadable } from '@/lib/core/member';
import { parseHost, parseHostPort, parsePort } from './host-port';
import { toUnreadable } from './payload';

/** As many endpoints as one member is watched on (lib/runtime/endpoint-list.ts). */
export const ADDRESSES_MAX = 32;

/**
 * Collects the addresses of one registration. One that cannot be read is noted and loses none of the others; an absent
 * one is no problem unless the format requires it. More than 32 are none: see result().
 */
export class AddressList {
	readonly #addresses: Address[] = [];
	readonly #missing: string[] = [];
	readonly #invalid: string[] = [];
	#overflow = false;

	/** Host and port in fields of their own. */
	addParts(name: string, host: unknown, port: unknown, presence: 'required' | 'optional'): void {
		if (isAbsent(host) || isAbsent(port)) {
			if (presence === 'required') {
				this.#missing.push(`${name}: no ${isAbsent(host) ? (isAbsent(port) ? 'host and port' : 'host') : 'port'}`);
			}
			return;
		}
		const parsedHost = parseHost(host);
		const parsedPort = parsePort(port);
		if (parsedHost === null) {
			this.#invalid.push(`${name}: ${quote(host)} is no host`);
		} else if (parsedPort === null) {
			this.#invalid.push(`${name}: ${quote(port)} is no port from 1 to 65535`);
		} else {
			this.#add({ name, host: parsedHost, port: parsedPort });
		}
	}

	/** 'host:port' or an address with a scheme; absent is fine. */
	addText(name: string, text: unknown): void {
		if (isAbsent(text)) {
			return;
		}
		const parsed = parseHostPort(text);
		if (parsed === null) {
			this.#invalid.push(`${name}: ${quote(text)} is no host:port`);
		} else {
			this.#add({ name, ...parsed });
		}
	}

	/** A list of such texts, in which none may be absent. */
	addList(entries: readonly { readonly name: string; readonly text: unknown }[]): void {
		// Counted before anything is read: a megabyte of them would take a while.
		if (entries.length > ADDRESSES_MAX) {
			this.#overflow = true;
			return;
		}
		for (const { name, text } of entries) {
			if (isAbsent(text)) {
				this.#invalid.push(`${name}: ${quote(text)} is no host:port`);
			} else {
				this.addText(name, text);
			}
		}
	}

	#add(address: Address): void {
		if (this.#addresses.some((known) => known.host === address.host && known.port === address.port)) {
			return;
		}
		if (this.#addresses.length === ADDRESSES_MAX) {
			this.#overflow = true;
		} else {
			this.#addresses.push(address);
		}
	}

	/**
	 * The first address added is the main one. `unreadable` names all that is wrong, also beside readable addresses.
	 * Of more than can be watched none is given: a member must never be proven dead on a part of its addresses.
	 */
	result(): { readonly addresses: readonly Address[]; readonly unreadable: Unreadable | null } {
		if (this.#overflow) {
			const detail = `more than ${ADDRESSES_MAX} addresses: on a part of them nothing could be proven, so none is watched`;
			return { addresses: [], unreadable: toUnreadable('addresses-too-many', detail) };
		}
		const problems = [...this.#invalid, ...this.#missing];
		if (problems.length === 0 && this.#addresses.length > 0) {
			return { addresses: this.#addresses, unreadable: null };
		}
		const code = this.#invalid.length > 0 ? 'address-invalid' : 'address-missing';
		const detail = problems.join('; ') || 'the record names no host and port';
		return { addresses: this.#addresses, unreadable: toUnreadable(code, detail) };
	}
}

export function isAbsent(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.length < 64 && value.trim() === '')
	);
}

function quote(value: unknown): string {
	if (typeof value === 'string') {
		return JSON.stringify(value.slice(0, 80));
	}
	if (typeof value === 'object') {
		return Array.isArray(value) ? 'an array' : 'an object';
	}
	return String(value);
}
