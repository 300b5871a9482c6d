import { type Facts, textFact } from '@/components/purge/facts';
import { FORMATS } from '../format';

const f = FORMATS.en;

/** Of the guard `second-person` (purge.ts holds the other guards'). */
export const secondPersonCodes = {
	'second-person-needed': () => 'An override takes two: a second administrator has to approve it.',
	'second-person-same': () => 'Whoever asked for the override cannot approve it as well.',
	'second-person-no-token': () => 'An override that takes two is for people who signed in, not for API tokens.',
	'second-person-no-admin': () => 'Both persons behind an override must be administrators.',
	'approval-of-another': () => 'What was approved is another incarnation. This one is untouched.',
	'second-person-approved': (facts: Facts) => {
		const [requester, asker] = [textFact(facts, 'requester'), textFact(facts, 'asker')];
		return requester === null || asker === null ? 'approved' : `${requester} and ${asker}`;
	},
};

/** Overrides that wait for a second administrator: on a member's page, and on that of suspects. */
export const overrides = {
	title: 'Waiting for a second administrator',
	sentence: (requester: string, id: string, reason: string) =>
		`${requester} asks to purge ${id} without a proof of its death: ${reason}`,
	expires: (ms: number) => (ms <= 0 ? 'Expires now.' : `Expires in ${f.countdown(ms)}.`),
	mine: 'You asked for it: another administrator has to approve it.',
	notAdmin: 'An administrator has to approve it.',
	unknown: 'Whether overrides wait for a second administrator cannot be read from ZooKeeper just now.',
	approve: (id: string) => `Approve the purge of ${id}`,
	withdraw: (id: string) => `Withdraw the purge of ${id}`,
	approveShort: 'Approve',
	withdrawShort: 'Withdraw',
	approveText: (requester: string, id: string) =>
		`${requester} is sure that ${id} is dead, though Rollcall cannot prove it. Make sure by means of your own: if it lives after all, it goes on working while a successor takes over its id, its locks and its work. All guards are checked again, and signs of life still stop it.`,
	withdrawText: (id: string) => `Nobody can approve it afterwards. ${id} stays as it is.`,
	requestReason: 'Reason given',
	reason: 'Your reason, for the audit log',
	reasonMissing: 'Give a reason.',
	recorded: 'Recorded under both names, with the evidence.',
	sending: 'Sending',
	approving: 'Checking all guards again and purging',
	cancel: 'Cancel',
	done: 'Close',
	refused: (detail: string) => `Nothing was done. The console refused it: ${detail}`,
	unanswered: (detail: string) =>
		`The answer never came (${detail}). It may have been done: look at the audit log before you try again.`,
};
