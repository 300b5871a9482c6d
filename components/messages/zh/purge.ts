import { numberFact, textFact } from '@/components/purge/facts';
import type { purge as english } from '../en/purge';
import { FORMATS } from '../format';
import { secondPersonCodes } from './overrides';

const f = FORMATS.zh;
const members = (count: number) => `${f.number(count)} 个成员`;
const subject = (count: number, id: string) => (count === 1 ? id : members(count));

export const purge: typeof english = {
	title: (count, id) => `清除 ${subject(count, id)}`,
	lead: (count) =>
		count === 1
			? '从 ZooKeeper 中移除这个已下线的实例，让接替它的节点立即接手。'
			: '从 ZooKeeper 中只移除这些已下线的实例，让接替它们的节点立即接手。',
	leftAlone: () => ['若不处理，ZooKeeper 将在 ', ' 后自行移除。'],
	leftAloneDue: 'ZooKeeper 即将自行移除。',
	leftAloneUnknown: (count) =>
		count === 1 ? '尚不清楚 ZooKeeper 何时会自行移除。' : '尚不清楚 ZooKeeper 何时会自行移除全部这些成员。',
	failoverAlready: (id) => `${id} 已有接替者：清除之前就已注册。`,
	stopped: '预演已停止，请关闭对话框后重新打开。',
	range: (firstMs, lastMs) => `${f.countdown(firstMs)}至 ${f.countdown(lastMs)}`,
	goes: '在同一事务中移除',
	goesMany: '将被移除',
	ownedKinds: { registration: '注册', sequence: '锁或选举', other: '临时节点', 'out-of-reach': '无法触及，保留' },
	ownedMore: (count) => `另有 ${f.number(count)} 项`,
	incarnation: (count) => (count === 1 ? ['实例 ', '。若它在事务提交前重新注册，则不会移除任何内容。'] : ['', '']),
	incarnationsNote: '只移除所列的这一次注册；期间重新注册的成员会保留。',
	session: '会话',
	guards: '防护检查，提交时再次核对',
	guardNames: {
		verdict: '下线证明',
		'second-person': '第二位管理员',
		'evidence-age': '证据时效',
		'session-registrations': '同一会话的注册',
		'blast-radius': '影响范围',
		latch: '清除权',
		fence: '防误删栅栏',
		'mass-failure': '大面积故障',
		rate: '清除速率',
		flapping: '反复上下线',
		maintenance: '维护状态',
		'kill-switch': '紧急开关',
		'recovery-enabled': '自动恢复',
	},
	guardResults: { pass: '通过', fail: '未通过', unknown: '无法判定', inactive: '不适用于此次清除' },
	guardCodes: {
		proven: () => '已证实',
		'proven-by-override': () => '由您的强制确认代替',
		'proven-by-takeover': () => '已为在原处启动的成员证实',
		'takeover-not-proven': () => '尚不能证明在原处启动的成员可以接替它。',
		'proof-lapsed': () => '证明正在更新：最近几次观察间隔过长，一两秒后即可完成。',
		'not-proven': (facts) =>
			facts.verdict === 'left'
				? '这一次注册已不存在，没有可清除的内容。'
				: '尚未证实已下线，成员页面列出了所缺的证据。',
		'override-not-allowed': () => '只有管理员可以强制确认，且仅限「不可达」的成员。',
		'override-veto': () => '有迹象表明它仍然存活。强制确认只能代替证明，不能推翻存活迹象。',
		'override-session-not-gone': () => '须先有两次完整扫描确认其 ZooKeeper 会话已消失，强制确认才有效。',
		...secondPersonCodes,
		fresh: (facts) => {
			const age = numberFact(facts, 'ageMs');
			return age === null ? '有效' : f.ago(age);
		},
		'stale-evidence': (facts) => {
			const age = numberFact(facts, 'ageMs');
			const max = numberFact(facts, 'allowedMs');
			if (age !== null && max !== null && age <= max) {
				return '最近一次观测未能确认该死亡证明。Rollcall 仍在持续观测。';
			}
			return `证据${age === null ? '已过期' : `已有 ${f.duration(age)}`}${max === null ? '' : `，最多允许 ${f.duration(max)}`}。Rollcall 仍在持续观测。`;
		},
		'no-evidence': () => '尚未观测到这个实例的任何情况。',
		'only-registration': () => '仅此一个',
		'all-registrations-proven': (facts) => {
			const count = numberFact(facts, 'count');
			return count === null ? '全部已证实' : `${f.number(count)} 个全部已证实`;
		},
		'other-registration-lives': (facts) =>
			`同一会话还拥有 ${textFact(facts, 'path') ?? '另一个注册'}，它并未被证实下线。`,
		'other-registration-unprovable': (facts) =>
			`同一会话还拥有 ${textFact(facts, 'path') ?? '另一个注册'}，它无法探测，无从得知是否存活。`,
		'owned-znodes-unknown': () => '无法从 ZooKeeper 读取其会话还拥有哪些节点。',
		'within-radius': (facts) => {
			const [used, allowed] = [numberFact(facts, 'used'), numberFact(facts, 'allowed')];
			return used === null || allowed === null ? '未超限' : `${f.number(used)} / 上限 ${f.number(allowed)}`;
		},
		'radius-exceeded': (facts) => {
			const [used, allowed] = [numberFact(facts, 'used'), numberFact(facts, 'allowed')];
			const figures =
				used === null || allowed === null ? '' : `：含本次共 ${f.number(used)} 个，上限 ${f.number(allowed)} 个`;
			return `已清除而尚未有接替者的成员过多${figures}。请等待接替者注册，或由管理员批准。`;
		},
		'radius-approved': (facts) => {
			const [used, allowed] = [numberFact(facts, 'used'), numberFact(facts, 'allowed')];
			return used === null || allowed === null ? '已批准' : `已批准，${f.number(used)} / 上限 ${f.number(allowed)}`;
		},
		'counters-unknown': () => '无法读取各控制台在 ZooKeeper 中共用的计数。',
		'latch-held': () => '由本控制台持有',
		'latch-elsewhere': () => '由另一台控制台持有，清除请求会交给它执行。',
		'latch-not-held': (facts) => {
			const holder = textFact(facts, 'holder');
			return `清除由另一台控制台${holder === null ? '' : `（${holder}）`}负责，本控制台不会移除任何内容。`;
		},
		'latch-unknown': () => 'Rollcall 自身的 ZooKeeper 会话异常，无法得知清除由谁负责。',
		'fence-full': () => '完整',
		'fence-weak': () => '较弱：因权限不足，未能为上级的每一层目录设防。',
		'fence-unavailable': () => '无法察觉同一瞬间的重新注册，因此不会移除任何内容。',
		'automatic-only': () => '只约束自动恢复，不约束人工操作。',
		'group-stands': (facts) => {
			const [notAlive, count] = [numberFact(facts, 'notAlive'), numberFact(facts, 'members')];
			return notAlive === null || count === null ? '否' : `${f.number(count)} 个中有 ${f.number(notAlive)} 个不在线`;
		},
		'mass-failure': (facts) => {
			const [notAlive, count] = [numberFact(facts, 'notAlive'), numberFact(facts, 'members')];
			const figures =
				notAlive === null || count === null ? '' : `（${f.number(count)} 个中有 ${f.number(notAlive)} 个不在线）`;
			return `分组 ${textFact(facts, 'group') ?? ''} 同时失效的成员过多${figures}，原因多半不在成员本身，需要人来判断。`;
		},
		'within-rate': () => '未超速率',
		'rate-exceeded': () => '自动清除过快，速率允许后会继续。',
		'not-flapping': () => '否',
		flapping: (facts) => {
			const purges = numberFact(facts, 'purges');
			return `该路径或地址在时间窗内已被清除${purges === null ? '多次' : ` ${f.number(purges)} 次`}。人工清除一次即视为确认。`;
		},
		'no-maintenance': () => '无',
		maintenance: (facts) =>
			`维护中${textFact(facts, 'by') === null ? '' : `（由 ${textFact(facts, 'by')} 设置）`}：${textFact(facts, 'reason') ?? ''}`,
		'kill-switch-off': () => '未开启',
		'kill-switch-on': (facts) =>
			`已开启${textFact(facts, 'by') === null ? '' : `（由 ${textFact(facts, 'by')}）`}：${textFact(facts, 'reason') ?? ''}`,
		'recovery-on': () => '已启用',
		'recovery-off': (facts) =>
			textFact(facts, 'where') === 'registration' ? '此注册路径未启用自动恢复。' : '此集群未启用自动恢复。',
		'settings-unknown': () => '无法读取该集群在 ZooKeeper 中的设置。管理员可重新写入。',
	},
	guardOnly: (ids) => `涉及 ${f.list(ids)}。`,
	guardOnlyMany: (ids, more) => `涉及 ${ids.join('、')} 等 ${f.number(ids.length + more)} 个成员。`,
	inactive: (names) => `只约束自动恢复，不约束人工操作：${names.join('、')}。`,
	checking: '正在核对防护检查',
	checkedAgo: (ms) => `${f.ago(ms)}核对`,
	checkedOld: (ms) => `上次核对在 ${f.ago(ms)}，正在重新核对，所示内容可能已经变化。`,
	planUnanswered: '控制台没有响应，每秒会重新询问。',
	planRefused: (detail) => `控制台拒绝了预演：${detail}`,
	announceReady: '所有已启用的防护检查均已通过。',
	announceNotReady: (failing, unknown, names) =>
		`${failing > 0 ? `${f.number(failing)} 项未通过` : ''}${failing > 0 && unknown > 0 ? '，' : ''}${unknown > 0 ? `${f.number(unknown)} 项无法判定` : ''}：${names.join('、')}。`,
	announceUnanswered: '控制台没有响应。',
	reason: '原因（记入审计日志）',
	reasonHint: '内存溢出被终止，INC-2231',
	confirm: () => ['输入 ', ' 以确认'],
	confirmMany: '（成员数量）',
	override: '强制确认，代替缺少的证明',
	overrideText: (names) =>
		`${names} 没有应答，而从外部无法区分主机宕机与网络中断。万一它仍然存活，就会在接替者取得其 ID、锁和任务之后继续工作。审计日志会记录：此决定由您在没有证明的情况下作出。若出现存活迹象，清除仍会被阻止。`,
	overrideAgree: '我已通过其他途径确认它已下线',
	approval: '超出影响范围上限',
	approvalText: (excess) =>
		`加上本次，已清除而尚未有接替者的成员将超出上限 ${f.number(excess)} 个。设置上限是为了防范 Rollcall 自身判断有误：请先确认它们确已下线，再决定是否超出。`,
	approvalLabel: () => ['输入超出的数量 ', ' 以批准'],
	goAsk: '请第二位管理员批准',
	waitsForSecond: '须由第二位管理员批准后才会清除。',
	waitingTitle: '等待第二位管理员批准',
	waiting: (id) => `${id} 尚未清除。`,
	go: (count, id) => `清除 ${subject(count, id)}`,
	going: (count, id) => `正在清除 ${subject(count, id)}`,
	cancel: '取消',
	done: '关闭',
	recorded: '将以您的名义连同证据一并记录。',
	blocked: {
		role: '只读角色不能清除，可由操作员执行。',
		planMissing: '正在等待防护检查的结果。',
		planOld: '正在等待重新核对防护检查。',
		gone: (ids) => `${ids.join('、')}：这一次注册已不存在（已离开或已重新注册），没有可清除的内容。`,
		guards: (failing, unknown) =>
			`${[
				failing > 0 ? `${f.number(failing)} 项防护检查未通过` : '',
				unknown > 0 ? `${f.number(unknown)} 项无法判定` : '',
			]
				.filter((part) => part !== '')
				.join('，')}。须全部通过。`,
		reason: '请填写原因。',
		confirm: (expected) => `请输入 ${expected} 以确认。`,
	},
	refusedBeforehand: (detail) => `没有清除任何成员。控制台拒绝了请求：${detail}`,
	resultTitle: (purged, of) =>
		of === 1 ? (purged === 1 ? '已清除' : '未清除') : `已清除 ${f.number(purged)} / ${f.number(of)} 个`,
	outcomeKinds: {
		purged: (id) => `${id} 已清除。`,
		refused: (id) => `${id} 未清除：被拒绝。`,
		stale: (id) => `${id} 未清除：它已不是原来的实例。`,
		contended: (id) => `${id} 未清除：周围变动过于频繁。`,
		partial: (id) => `${id} 已清除，但其会话的部分内容仍在。`,
		failed: (id) => `清除 ${id} 失败。`,
	},
	outcomeReasons: {
		committed: '移除注册与写入记录在同一事务中完成。',
		guard: '有防护检查未通过或无法判定：',
		'second-person-needed': '正在等待第二位管理员批准，有效期十分钟。',
		'overrides-full': '等待第二位管理员的强制确认过多，请先批准或撤回其中一些。',
		'confirm-mismatch': '输入的确认内容不符。',
		'reason-missing': '没有填写原因。',
		'incarnation-changed': '期间它已重新注册，新的实例未受影响。',
		'data-changed': '期间其注册被写入，说明仍有进程存活。没有移除任何内容。',
		'member-unknown': '该注册已不存在。',
		'parent-busy': '每次尝试期间都有其他成员在同一目录下注册。没有移除任何内容，可以重试。',
		'counters-busy': '每次尝试期间都有其他清除在进行。没有移除任何内容，可以重试。',
		'latch-lost': '本控制台已不再负责清除。没有移除任何内容。',
		'settings-changed': '该集群的设置恰在此时发生变化。没有移除任何内容，请重新查看。',
		quota: 'ZooKeeper 配额不足以设置防误删栅栏。没有移除任何内容，请提高配额。',
		'no-permission': 'ZooKeeper 未授予 Rollcall 权限。没有移除任何内容，请检查 ACL。',
		'out-of-reach': '该会话的部分节点位于 Rollcall 无权或无法移除的位置。',
		connection: '与 ZooKeeper 的连接中途断开。',
		'leader-slow': 'ZooKeeper Leader 响应过慢，无法确定时机。没有移除任何内容。',
		'evidence-expired': '到执行时证据已过期。没有移除任何内容。',
		'audit-unavailable': '审计日志无法写入；没有记录就不会清除。',
		'request-expired': '等待负责清除的控制台过久。没有移除任何内容，请重试。',
		'request-too-large': '内容过多，无法交给负责清除的控制台。没有移除任何内容，请减少每次清除的成员数。',
		internal: 'Rollcall 内部出错，原因见其日志。',
	},
	zxid: '事务',
	auditEntry: (sequence) => `审计记录 ${sequence}`,
	auditSearch: '在审计日志中查找',
	auditPending: '记录已写入 ZooKeeper，片刻后会出现在审计日志中。',
	auditElsewhere: '由持有清除权的控制台执行，其记录在此尚无编号，可按成员路径查找。',
	outcomesMore: (next, rest) =>
		next === rest ? `显示其余 ${f.number(rest)} 项` : `再显示 ${f.number(next)} 项（其余 ${f.number(rest)} 项）`,
	goesMore: (next, rest) =>
		next === rest ? `显示其余${members(rest)}` : `再显示 ${f.number(next)} 个（其余${members(rest)}）`,
	leftBehind: '遗留：',
	unknownTitle: '结果未知',
	unknownText:
		'没有收到答复。清除可能已经完成，也可能在几秒内完成。系统不会自动重发；在审计日志给出结果之前，请您也不要重发。',
	unknownDetail: (detail) => `已知情况：${detail}`,
	lookAgain: '重新查看审计日志',
	looking: '正在查看审计日志',
	lookFailed: '审计日志也没有响应。',
	lookNothing: '审计日志中目前没有清除这个实例的记录。稍后仍可能出现，请过几秒再看。',
	lookFound: '审计日志的记录：',
	failover: '故障切换',
	failoverWaiting: '（自清除起），尚无接替者注册',
	failoverDone: (id, ms) => `${id} 已重新注册，距清除 ${f.duration(ms)}。`,
	failoverIncarnation: '新实例',
	failoverOver: (ms) => `${f.duration(ms)}内没有接替者注册。位置已空出，在该处启动的成员可立即注册。`,
	failoverCount: (replaced, purged) => `${f.number(purged)} 个中有 ${f.number(replaced)} 个已重新注册`,
	failoverTimes: (medianMs, slowestMs) =>
		`其中一半在清除后 ${f.duration(medianMs)}内，最慢的为 ${f.duration(slowestMs)}。`,
	zooKeeperAlone: (ms) => `若只靠 ZooKeeper，还需等待 ${f.countdown(ms)}。`,
	ghost: (id) =>
		`${id} 自行返回：它的会话已连接，说明清除时它仍然存活。它可能在没有注册的情况下继续工作。请重启它，并查明它为何看似下线。`,
	ghosts: (count) =>
		`${members(count)}自行返回，说明清除时仍然存活。它们可能在没有注册的情况下继续工作。请逐一重启，并查明它们为何看似下线。`,
	ghostEntry: '查看审计日志',
	failoverBlind: '实时视图已中断，无法看到接替者。',
};
