import { type DemoMember, type MemberOptions, startMember } from './members';

/**
 * Starts each member that a drill has ended again, under the same id and port, once its place is free; and again after the
 * next drill. A member that ended by anything else stays dead. `members` keeps the present process of each; `options` are
 * those that they were started with.
 */
export function replaceDrilled(
	members: DemoMember[],
	options: readonly MemberOptions[],
	events: {
		readonly isStopping: () => boolean;
		readonly onReplaced: (member: DemoMember) => void;
		readonly onFailed: (id: string, error: unknown) => void;
	},
): void {
	async function watch(member: DemoMember): Promise<void> {
		await member.ended;
		if (!member.drilled() || events.isStopping()) {
			return;
		}
		try {
			const place = members.indexOf(member);
			const own = options.find(({ id }) => id === member.id);
			if (own === undefined) {
				return;
			}
			const started = await startMember({ ...own, port: member.port, whenFree: true });
			if (events.isStopping()) {
				started.kill('SIGKILL');
				return;
			}
			members[place] = started;
			events.onReplaced(started);
			void watch(started);
		} catch (error) {
			if (!events.isStopping()) {
				events.onFailed(member.id, error);
			}
		}
	}
	for (const member of members) {
		void watch(member);
	}
}
