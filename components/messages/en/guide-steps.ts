import { FORMATS } from '../format';

const f = FORMATS.en;

/** What it says beside its title; it comes with that page alone (guide/guide-words.ts). */
export const guideSteps = {
	summary: (done: number, all: number) =>
		done === all
			? 'Everything is in place. Whoever dies now can be proven dead.'
			: `${f.number(done)} of ${f.number(all)} steps are in place`,
	failedTitle: 'The set-up could not be checked',
	failedText: 'The console does not answer. It is asked again by itself.',
	states: { done: 'in place', todo: 'to do', waiting: 'waits', advice: 'advised' },
	more: (n: number) => `and ${f.number(n)} more`,
	open: { ensemble: 'Open Ensemble', recovery: 'Open Recovery' },
	steps: {
		config: {
			title: 'The config was read',
			done: 'It is valid: Settings shows what this console runs on.',
		},
		zookeeper: {
			title: 'ZooKeeper answers',
			done: 'This console has a session and follows the ensemble.',
			todo: 'There is no session. Check `connect` in the config, that this machine reaches those ports, and, where the ensemble demands it, `auth` or `tls`.',
		},
		root: {
			title: 'Rollcall’s own znodes are there',
			done: 'Latch, settings and outbox can be written, so purges are safe and recorded.',
			todo: 'They are missing or cannot be written. Let the console’s user create the path `rootPath` of the config, and everything below it.',
			waiting: 'Looked at as soon as ZooKeeper answers.',
		},
		members: {
			title: 'Members are registered',
			done: (n: number) => `${f.number(n)} ${n === 1 ? 'member is' : 'members are'} registered and watched.`,
			todo: 'Nothing is registered below the watched parents. Start a member, or correct `registrations` in the config: `path` is the parent of the ephemeral znodes.',
			waiting: 'Looked at as soon as ZooKeeper answers.',
			watched: (path: string, format: string, n: number) => `${path} (${format}): ${f.number(n)} registered`,
			nothingWatched: 'None of the configured parents exists in ZooKeeper yet.',
		},
		readable: {
			title: 'Registrations can be read',
			done: 'Every registration names an address.',
			todo: (good: number, all: number) =>
				`${f.number(good)} of ${f.number(all)} can be read. Name the \`format\` of the registration in the config, or, for \`json\`, the fields of host and port. Without an address nothing proves such a member dead.`,
			waiting: 'Looked at as soon as a member registers.',
		},
		sessions: {
			title: 'Sessions can be seen',
			done: 'Every server shows its connections: whose session is silent is known.',
			todo: 'Something of the ensemble cannot be seen, so no session can be called gone. What to write where:',
			waiting: 'The servers have not been looked at yet. That takes a few seconds.',
		},
		answering: {
			title: 'Members answer at their addresses',
			done: 'Each has answered this console at least once, so a refusal later means something.',
			todo: (good: number, all: number) =>
				`${f.number(good)} of ${f.number(all)} have answered. A firewall between this console and the others, or an address that holds only inside of their network, keeps them from being proven dead.`,
			waiting: 'Looked at as soon as a member registers.',
		},
		provable: {
			title: 'Deaths can be proven',
			done: 'Everything that a proof needs beforehand has been seen of every member.',
			waiting: (good: number, all: number) =>
				all === 0
					? 'Begins with the first member.'
					: `Of ${f.number(good)} of ${f.number(all)} members so far. A new member takes some seconds; what keeps it longer stands in its drawer.`,
		},
		observers: {
			title: 'A second observer',
			done: (n: number) => `${f.number(n)} observers look at the members.`,
			advice:
				'This console is alone: a cut cable of its own looks like many deaths to it, so it stays careful. Start a second console elsewhere, or the agent beside the members (`npm run agent`), in another failure domain.',
		},
		recovery: {
			title: 'Automatic recovery',
			done: 'It is switched on: proven deaths are cleared by themselves, within the guards.',
			advice: 'It is off: a person clears each proven death. Try it with a drill first, then switch it on in Recovery.',
		},
	},
};
