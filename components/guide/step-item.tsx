'use client';

import { Check, Circle, CircleDashed, Lightbulb } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { ClusterView, EnsembleView } from '@/lib/core/view';
import { Findings } from '../ensemble/sight';
import { useMessages } from '../messages/use-messages';
import { WithNames } from '../shell/with-names';
import { useGuideWords } from './guide-words';
import type { Share, Step, StepState } from './steps';

const SIGNS = {
	done: { Icon: Check, tone: 'text-ok' },
	todo: { Icon: Circle, tone: 'text-suspect-ink' },
	waiting: { Icon: CircleDashed, tone: 'text-ink3' },
	advice: { Icon: Lightbulb, tone: 'text-ink2' },
} as const satisfies Record<StepState, unknown>;

/** What a step says of itself in its state. */
function sentenceOf(step: Step, steps: ReturnType<typeof useGuideWords>['steps']): string {
	switch (step.id) {
		case 'config':
			return steps.config.done;
		case 'zookeeper':
			return steps.zookeeper[step.state];
		case 'root':
			return steps.root[step.state];
		case 'sessions':
			return steps.sessions[step.state];
		case 'members':
			return step.state === 'done' ? steps.members.done(step.registered) : steps.members[step.state];
		case 'readable':
		case 'answering': {
			const texts = steps[step.id];
			if (step.state === 'todo') return texts.todo(step.of.good, step.of.all);
			return step.state === 'done' ? texts.done : texts.waiting;
		}
		case 'provable':
			return step.state === 'done' ? steps.provable.done : steps.provable.waiting(step.of.good, step.of.all);
		case 'observers':
			return step.state === 'done' ? steps.observers.done(step.observers) : steps.observers.advice;
		case 'recovery':
			return steps.recovery[step.state];
	}
}

/** Names of members that are not as they should be, each a link to itself. */
function Others({ cluster, of }: { cluster: string; of: Share }) {
	const { t, f } = useMessages();
	const words = useGuideWords();
	const more = of.all - of.good - of.others.length;
	return (
		<ul className="mt-1 flex flex-col gap-0.5 text-ink2">
			{of.others.map(({ path, id, unreadable }) => (
				<li key={path} className="wrap-anywhere">
					<Link
						href={`/c/${encodeURIComponent(cluster)}/member?path=${encodeURIComponent(path)}`}
						className="mono inline-block leading-6 underline underline-offset-2"
					>
						{id}
					</Link>
					{unreadable === null ? null : `${f.colon}${t.verdicts.unreadable[unreadable.code]}`}
				</li>
			))}
			{more > 0 ? <li>{words.more(more)}</li> : null}
		</ul>
	);
}

function Watched({ registrations }: Pick<ClusterView, 'registrations'>) {
	const { members: words } = useGuideWords().steps;
	return registrations.length === 0 ? (
		<p className="mt-1 text-ink2">{words.nothingWatched}</p>
	) : (
		<ul className="mt-1 text-ink2">
			{registrations.map(({ path, format, members }) => (
				<li key={path} className="wrap-anywhere">
					{words.watched(path, format, members)}
				</li>
			))}
		</ul>
	);
}

/** What belongs to a step beyond its sentence. */
function moreOf(step: Step, cluster: ClusterView, ensemble: EnsembleView): ReactNode {
	if (step.id === 'zookeeper' && step.problem !== null) {
		return <p className="mono mt-1 text-caption text-ink3 wrap-anywhere">{step.problem}</p>;
	}
	if (step.id === 'members' && step.state !== 'waiting') {
		return <Watched registrations={cluster.registrations} />;
	}
	if (step.id === 'sessions' && step.state === 'todo') {
		return (
			<div className="mt-2">
				<Findings view={ensemble} />
			</div>
		);
	}
	return 'of' in step && step.state !== 'done' && step.of.all > 0 ? <Others cluster={cluster.id} of={step.of} /> : null;
}

const PAGES = { sessions: 'ensemble', observers: 'ensemble', recovery: 'recovery' } as const;

function PageLink({ step, cluster }: { step: Step; cluster: string }) {
	const words = useGuideWords();
	const page = Object.hasOwn(PAGES, step.id) ? PAGES[step.id as keyof typeof PAGES] : null;
	return page === null || step.state === 'done' ? null : (
		<Link href={`/c/${encodeURIComponent(cluster)}/${page}`} className="btn mt-2">
			{words.open[page]}
		</Link>
	);
}

export function StepItem({ step, cluster, ensemble }: { step: Step; cluster: ClusterView; ensemble: EnsembleView }) {
	const { steps, states } = useGuideWords();
	const { Icon, tone } = SIGNS[step.state];
	return (
		<li
			className="flex items-start gap-3 border-t border-line2 px-4 py-3.5 first:border-t-0"
			data-step={step.id}
			data-state={step.state}
		>
			<Icon size={16} aria-hidden="true" className={`mt-0.5 shrink-0 ${tone}`} />
			<div className="min-w-0 flex-1">
				<h2 className="flex flex-wrap items-baseline gap-x-2 font-semibold">
					{steps[step.id].title}
					<span className="text-caption font-normal text-ink3">{states[step.state]}</span>
				</h2>
				<p className="text-ink2">
					<WithNames text={sentenceOf(step, steps)} />
				</p>
				{moreOf(step, cluster, ensemble)}
				<PageLink step={step} cluster={cluster.id} />
			</div>
		</li>
	);
}
